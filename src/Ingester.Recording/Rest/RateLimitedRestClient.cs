using System.Globalization;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;

namespace Ingester.Recording.Rest;

/// <summary>
/// A REST client that respects the rate limits of the exchange. Every request waits for its weight; the used weight that the
/// exchange reports is applied; and when the exchange reports an exceeded limit, all requests are suspended for the time it asks
/// for.
/// </summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="client">Sends the requests.</param>
/// <param name="limits">The rate limits of the exchange.</param>
internal sealed class RateLimitedRestClient(ExchangeContext context, RestClient client, ExchangeRateLimits limits)
{
    /// <summary>Sends a request when the rate limit allows.</summary>
    /// <exception cref="RestException">There is no response, or its status is not success.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(RestRequest request, CancellationToken stop)
    {
        await limits.Requests.WaitAsync(stop, request.Weight);
        try
        {
            return await client.GetAsync(request, OnResponse, stop);
        }
        catch (RestException refused) when (refused.RetryAfter is { } span)
        {
            limits.Requests.Suspend(span);
            throw;
        }
    }

    /// <summary>Sends a request when the rate limit allows, and parses the response: see <see cref="RestClient.Read"/>.</summary>
    /// <exception cref="RestException">There is no response, its status is not success, or it cannot be parsed.</exception>
    /// <exception cref="System.Text.Json.JsonException">The response is not in the documented format of the exchange.</exception>
    public async Task<T> GetAsync<T>(RestRequest request, Func<ReadOnlySpan<byte>, T> parse, CancellationToken stop) =>
        client.Read(request, await GetAsync(request, stop), parse);

    private void OnResponse(HttpResponseMessage response)
    {
        if (context.Exchange.Profile.UsedWeightHeader is { } name && response.Headers.TryGetValues(name, out var values)
            && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var weight))
            limits.ReportUsedWeight(weight);
    }
}
