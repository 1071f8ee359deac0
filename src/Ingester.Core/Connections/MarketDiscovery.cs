using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Connections;

/// <summary>A market list that could not be had, in words.</summary>
internal sealed class DiscoveryException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the exchange asked to keep off; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Asks an exchange over REST for the markets that trade now.</summary>
internal sealed class MarketDiscovery(ExchangeContext context)
{
    private readonly Uri address = context.Choice.RestAddress(context.Exchange.Profile.Markets);

    /// <summary>A client as discovery needs it: it decompresses, and forgets addresses in time to follow a change of DNS.</summary>
    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request has its own, by the injected clock
    };

    /// <summary>The markets that trade now, at least one.</summary>
    /// <exception cref="DiscoveryException">The list could not be had, is not as promised, or is empty.</exception>
    public async Task<IReadOnlyList<Market>> AskAsync(CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(context.Options.RequestTimeout, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            var body = await GetAsync(either.Token);
            var markets = context.Exchange.ReadMarkets(body.GetBuffer().AsSpan(0, (int)body.Length));
            return markets.Count > 0 ? markets : throw new DiscoveryException($"{address} lists no market that trades.");
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new DiscoveryException($"{address} did not answer within {context.Options.RequestTimeout}.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            throw new DiscoveryException($"{address} could not be read: {ConnectionFault.Words(e)}", e);
        }
        catch (JsonException e)
        {
            throw new DiscoveryException($"{address} did not answer with a market list: {e.Message}", e);
        }
    }

    private async Task<MemoryStream> GetAsync(CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("User-Agent", WebSocketDialer.UserAgent);
        using var response = await context.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (!response.IsSuccessStatusCode)
            throw Refused(response);
        var body = new MemoryStream();
        await using var content = await response.Content.ReadAsStreamAsync(stop);
        var chunk = new byte[1 << 16];
        while (await content.ReadAsync(chunk, stop) is var count and > 0)
        {
            if (body.Length + count > context.Options.MaxMarketList)
                throw new DiscoveryException($"{address} answered with more than {context.Options.MaxMarketList} bytes.");
            body.Write(chunk, 0, count);
        }

        return body;
    }

    private DiscoveryException Refused(HttpResponseMessage response)
    {
        var asked = RetryAfter.Read(response.Headers.RetryAfter, context.Clock.GetUtcNow());
        return new($"{address} answered HTTP {(int)response.StatusCode}.")
        {
            RetryAfter = asked ?? (RetryAfter.IsTooMuch(response.StatusCode) ? context.Options.HoldOff : null),
        };
    }
}
