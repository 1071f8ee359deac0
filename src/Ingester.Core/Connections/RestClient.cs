using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Ingester.Core.Connections;

/// <summary>An answer over REST that could not be had, in words.</summary>
internal sealed class RestException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the exchange asked to keep off; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What is asked for over REST.</summary>
/// <param name="Address">Where, as the exchange's facts have it.</param>
/// <param name="Weight">What it weighs of the budget.</param>
/// <param name="Header">A header that goes with it, such as a key; null for none.</param>
internal sealed record RestRequest(Uri Address, int Weight, KeyValuePair<string, string>? Header = null);

/// <summary>Asks an exchange over REST (GET). Everything that can go wrong on the way is a <see cref="RestException"/>.</summary>
internal sealed class RestClient(ExchangeContext context)
{
    private const int Chunk = 1 << 16;

    /// <summary>A client as requests need it: it decompresses, and forgets addresses in time to follow a change of DNS.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own, by the injected clock
    };

    /// <summary>Asks for something whatever it weighs: see <see cref="RequestDesk"/> for what keeps the budget.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="answered">Is told the headers of every answer, also of one that refuses.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <exception cref="RestException">There is no answer, or it refuses.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(RestRequest request, Action<HttpResponseMessage>? answered, CancellationToken stop)
    {
        var address = context.Choice.RestAddress(request.Address);
        using var timeout = new CancellationTokenSource(context.Options.RequestTimeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, address);
            message.Headers.Add("User-Agent", WebSocketDialer.UserAgent);
            if (request.Header is { } header)
                message.Headers.TryAddWithoutValidation(header.Key, header.Value);
            using var response = await context.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            answered?.Invoke(response);
            return response.IsSuccessStatusCode ? await ReadAsync(address, response, either.Token) : throw Refused(address, response);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new RestException($"{address} did not answer within {context.Options.RequestTimeout}.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            throw new RestException($"{address} could not be read: {ConnectionFault.Words(e)}", e);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(Uri address, HttpResponseMessage response, CancellationToken stop)
    {
        var body = new MemoryStream();
        await using var content = await response.Content.ReadAsStreamAsync(stop);
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (await content.ReadAsync(chunk, stop) is var count and > 0)
            {
                if (body.Length + count > context.Options.MaxMarketList)
                    throw new RestException($"{address} answered with more than {context.Options.MaxMarketList} bytes.");
                body.Write(chunk, 0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private RestException Refused(Uri address, HttpResponseMessage response)
    {
        var asked = RetryAfter.Read(response.Headers.RetryAfter, context.Clock.GetUtcNow());
        return new($"{address} answered HTTP {(int)response.StatusCode}.")
        {
            RetryAfter = asked ?? (RetryAfter.IsTooMuch(response.StatusCode) ? context.Options.HoldOff : null),
        };
    }
}
