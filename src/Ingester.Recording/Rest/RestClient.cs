using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using Ingester.Recording.Planning;
using Ingester.Recording.Sessions;
using Ingester.WebSockets;
using Ingester.WebSockets.Dialing;
using Polly;
using Polly.Timeout;

namespace Ingester.Recording.Rest;

/// <summary>A REST request that failed, with the reason as a sentence.</summary>
internal sealed class RestException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the exchange asked to keep off; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>A REST request.</summary>
/// <param name="Address">Its address, as the exchange's facts have it.</param>
/// <param name="Weight">What it weighs of the budget.</param>
/// <param name="Header">A header that goes with it, such as a key; null for none.</param>
internal sealed record RestRequest(Uri Address, int Weight, KeyValuePair<string, string>? Header = null);

/// <summary>
/// Sends requests (GET) to an exchange's REST API. Whatever goes wrong with a request is a <see cref="RestException"/> of that request: no answer, however
/// damaged, ends anything else.
/// </summary>
internal sealed class RestClient(ExchangeContext context)
{
    private const int LongestLocation = 200;

    private readonly ResiliencePipeline timeout = new ResiliencePipelineBuilder { TimeProvider = context.Clock }.AddTimeout(context.Options.RequestTimeout).Build();
    private string? lastBug;

    /// <summary>
    /// The one place that makes HTTP clients for exchanges. Redirects are not followed: another host would be believed, and receive the API key. Connections are
    /// replaced in time to follow a change of DNS. Bodies are decompressed by <see cref="RestBody"/>, within limits.
    /// </summary>
    /// <param name="around">Puts a handler around the one that sends; null for none.</param>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handlers and disposes them with itself.")]
    public static HttpClient CreateClient(Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        return new(around is null ? handler : around(handler))
        {
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own, by the injected clock
        };
    }

    /// <summary>Sends a request whatever it weighs: see <see cref="RequestDesk"/> for what keeps the budget.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answered">Receives the headers of every answer, also of one that refuses.</param>
    /// <param name="stop">Stops the wait.</param>
    /// <exception cref="RestException">There is no answer, it refuses, or it cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(RestRequest request, Action<HttpResponseMessage>? answered, CancellationToken stop)
    {
        var address = context.Choice.RestAddress(request.Address);
        try
        {
            return await timeout.ExecuteAsync(async either =>
            {
                using var message = new HttpRequestMessage(HttpMethod.Get, address);
                message.Headers.Add("User-Agent", WebSocketDialer.UserAgent);
                message.Headers.Add("Accept-Encoding", RestBody.Encodings);
                if (request.Header is { } header)
                    message.Headers.TryAddWithoutValidation(header.Key, header.Value);
                using var response = await context.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either);
                answered?.Invoke(response);
                return response.IsSuccessStatusCode ? await RestBody.ReadAsync(response.Content, context.Options.MaxMarketList, either) : throw Refused(address, response);
            }, stop);
        }
        catch (TimeoutRejectedException e)
        {
            throw new RestException($"{address} did not answer within {context.Options.RequestTimeout}.", e);
        }
        catch (Exception e) when (e is not RestException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            // The supervising edge of one request: a server can make the HTTP stack and the decompressors throw exceptions of any type.
            throw new RestException($"{address} could not be read: {ConnectionException.Describe(e)}", e);
        }
    }

    /// <summary>Reads an answer by the exchange's own code. Any exception but a <see cref="JsonException"/> is a bug of that code, and a fault of this answer alone.</summary>
    /// <param name="request">The request that was answered.</param>
    /// <param name="body">The answer.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="JsonException">The answer is not as the exchange promises.</exception>
    /// <exception cref="RestException">The code that reads it has a bug; it is logged as an error, once until an answer can be read again.</exception>
    public T Read<T>(RestRequest request, ReadOnlyMemory<byte> body, Func<ReadOnlySpan<byte>, T> read)
    {
        try
        {
            var value = read(body.Span);
            lastBug = null;
            return value;
        }
        catch (Exception bug) when (bug is not (JsonException or RestException))
        {
            var address = context.Choice.RestAddress(request.Address);
            if (Interlocked.Exchange(ref lastBug, bug.GetType().Name) != bug.GetType().Name)
                context.Events.AnswerUnreadable(context.Name, address, bug);
            throw new RestException($"{address} could not be read, because of a bug ({bug.GetType().Name}): {bug.Message}", bug);
        }
    }

    private RestException Refused(Uri address, HttpResponseMessage response)
    {
        var asked = RetryAfter.Read(response.Headers.RetryAfter, context.Clock.GetUtcNow());
        var redirect = (int)response.StatusCode is >= 300 and < 400;
        return new(redirect
            ? $"{address} answered HTTP {(int)response.StatusCode}, a redirect to \"{Location(response)}\". Redirects are not followed."
            : $"{address} answered HTTP {(int)response.StatusCode}.")
        {
            RetryAfter = asked ?? (RetryAfter.IsTooMuch(response.StatusCode) ? context.Options.HoldOff : null),
        };
    }

    /// <summary>The target of a redirect as text, which need not be an address.</summary>
    private static string Location(HttpResponseMessage response)
    {
        var text = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";
        return text.Length <= LongestLocation ? text : $"{text[..LongestLocation]}…";
    }
}
