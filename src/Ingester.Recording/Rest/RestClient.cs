using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using System.Text.Json;
using Ingester.Recording.Configuration;
using Ingester.WebSockets;
using Ingester.WebSockets.Dialing;
using Polly;
using Polly.Timeout;

namespace Ingester.Recording.Rest;

/// <summary>
/// Sends requests to an exchange's REST API. Every failure of a request is a <see cref="RestException"/> of that request; no
/// response can affect anything else.
/// </summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="http">Sends the requests.</param>
/// <param name="events">Logs events.</param>
internal sealed class RestClient(ExchangeContext context, HttpClient http, RestEvents events)
{
    private const int MaxLocationLength = 200;

    private readonly ResiliencePipeline timeout = new ResiliencePipelineBuilder { TimeProvider = context.Clock }.AddTimeout(context.Options.RequestTimeout).Build();
    private string? lastBugType;

    /// <summary>
    /// The only place that creates HTTP clients for exchanges. Redirects are not followed: another host would be trusted and would
    /// receive the API key. Connections are replaced every five minutes to follow DNS changes. Bodies are decompressed by <see
    /// cref="RestBody"/>, within limits.
    /// </summary>
    /// <param name="decorate">Wraps the handler that sends; null for none.</param>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handlers and disposes them with itself.")]
    public static HttpClient CreateClient(Func<HttpMessageHandler, HttpMessageHandler>? decorate = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        return new(decorate is null ? handler : decorate(handler))
        {
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own timeout, on the injected clock
        };
    }

    /// <summary>Sends a request without a rate limit; see <see cref="RateLimitedRestClient"/> for rate-limited requests.</summary>
    /// <param name="request">The request.</param>
    /// <param name="onResponse">Called with the headers of every response, whatever its status.</param>
    /// <param name="stop">Cancels the request.</param>
    /// <exception cref="RestException">There is no response, its status is not success, or it cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(RestRequest request, Action<HttpResponseMessage>? onResponse, CancellationToken stop)
    {
        var address = context.ExchangeOptions.RestAddress(request.Address);
        try
        {
            return await timeout.ExecuteAsync(async cancel =>
            {
                using var message = new HttpRequestMessage(request.Body is null ? HttpMethod.Get : HttpMethod.Post, address);
                if (request.Body is { } body)
                    message.Content = new StringContent(body, Encoding.UTF8, "application/json");
                message.Headers.Add("User-Agent", WebSocketDialer.UserAgent);
                message.Headers.Add("Accept-Encoding", RestBody.AcceptedEncodings);
                foreach (var (name, value) in context.Exchange.Profile.RequestHeaders)
                    message.Headers.TryAddWithoutValidation(name, value);
                if (request.Header is { } header)
                    message.Headers.TryAddWithoutValidation(header.Key, header.Value);
                using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
                onResponse?.Invoke(response);
                var answer = response.IsSuccessStatusCode ? await RestBody.ReadAsync(response.Content, context.Options.MaxMarketList, cancel) : default;
                context.Raw?.Answered(message.Method.Method, address, request.Body, (int)response.StatusCode, answer.Span);
                return response.IsSuccessStatusCode ? answer : throw CreateRefusal(address, response);
            }, stop);
        }
        catch (TimeoutRejectedException e)
        {
            throw new RestException($"{address} did not answer within {context.Options.RequestTimeout}.", e);
        }
        catch (Exception e) when (e is not RestException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            // Supervising edge of one request: a server can cause exceptions of any type in the HTTP stack and in the decompressors.
            throw new RestException($"{address} could not be read: {ConnectionException.Describe(e)}", e);
        }
    }

    /// <summary>
    /// Parses a response with the code of the exchange. Any exception other than <see cref="JsonException"/> is a bug in that code and
    /// fails this response only.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="body">The response.</param>
    /// <param name="parse">Parses the response.</param>
    /// <exception cref="JsonException">The response is not in the documented format of the exchange.</exception>
    /// <exception cref="RestException">The parser has a bug. It is logged as an error, once until a response can be parsed
    /// again.</exception>
    public T Read<T>(RestRequest request, ReadOnlyMemory<byte> body, Func<ReadOnlySpan<byte>, T> parse)
    {
        try
        {
            var value = parse(body.Span);
            lastBugType = null;
            return value;
        }
        catch (Exception bug) when (bug is not (JsonException or RestException))
        {
            var address = context.ExchangeOptions.RestAddress(request.Address);
            if (Interlocked.Exchange(ref lastBugType, bug.GetType().Name) != bug.GetType().Name)
                events.AnswerUnreadable(context.Name, address, bug);
            throw new RestException($"The response of {address} could not be parsed because of a bug ({bug.GetType().Name}): {bug.Message}", bug);
        }
    }

    private RestException CreateRefusal(Uri address, HttpResponseMessage response)
    {
        var requested = RetryAfterHeader.Parse(response.Headers.RetryAfter, context.Clock.GetUtcNow());
        var redirect = (int)response.StatusCode is >= 300 and < 400;
        return new(redirect
            ? $"{address} answered HTTP {(int)response.StatusCode}, a redirect to \"{LocationOf(response)}\". Redirects are not followed."
            : $"{address} answered HTTP {(int)response.StatusCode}.")
        {
            Status = response.StatusCode,
            RetryAfter = requested ?? (RetryAfterHeader.IsRateLimited(response.StatusCode) ? context.Options.HoldOff : null),
        };
    }

    /// <summary>The target of a redirect as text; it may not be a valid URL.</summary>
    private static string LocationOf(HttpResponseMessage response)
    {
        var text = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";
        return text.Length <= MaxLocationLength ? text : $"{text[..MaxLocationLength]}…";
    }
}
