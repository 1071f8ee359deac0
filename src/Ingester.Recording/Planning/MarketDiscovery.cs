using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Planning;

/// <summary>Fetches the market list of an exchange within its rate limit.</summary>
internal sealed class MarketDiscovery(ExchangeContext context, RateLimitedRestClient rest)
{
    /// <summary>Returns the market list, with at least one market.</summary>
    /// <exception cref="RestException">The request failed, or the response is not a market list or is empty.</exception>
    public async Task<MarketListResult> FetchAsync(CancellationToken stop)
    {
        var exchange = context.Exchange;
        try
        {
            return await rest.GetAsync(new(exchange.Profile.MarketListUri, exchange.Profile.MarketListWeight), exchange.ParseMarketList, stop);
        }
        catch (JsonException e)
        {
            throw new RestException($"{context.ExchangeOptions.RestAddress(exchange.Profile.MarketListUri)} did not return a market list: {e.Message}", e);
        }
    }
}
