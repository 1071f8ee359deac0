using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Catalog;

/// <summary>Requests the market list of an exchange, all lists and pages of it, within the exchange's rate limit.</summary>
internal static class MarketListRequest
{
    /// <summary>Returns the market list, with at least one market.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="rest">Replaces scheme and host of the exchange's REST addresses; null for the exchange's own.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <exception cref="RestException">The request failed, or the response is not a market list or is empty.</exception>
    public static async Task<MarketListResult> FetchAsync(IExchange exchange, string? rest, CancellationToken cancel)
    {
        var context = new ExchangeContext
        {
            Exchange = exchange,
            ExchangeOptions = new() { Rest = rest },
            Options = new(),
            Clock = TimeProvider.System,
            Seed = 0,
        };
        using var http = RestClient.CreateClient();
        using var limits = context.NewRateLimits();
        var client = new RateLimitedRestClient(context, new(context, http, new(NullLogger<RestEvents>.Instance)), limits);
        return await new MarketDiscovery(context, client).FetchAsync(cancel);
    }
}
