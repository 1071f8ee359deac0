using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Planning;

/// <summary>Fetches the market list of an exchange within its rate limit.</summary>
internal sealed class MarketDiscovery(ConnectionServices around)
{
    private readonly RateLimitedRestClient rest = new(around);

    /// <summary>Returns the market list, with at least one market.</summary>
    /// <exception cref="RestException">The request failed, or the response is not a market list or is empty.</exception>
    public async Task<MarketListResult> FetchAsync(CancellationToken stop)
    {
        var exchange = around.Context.Exchange;
        try
        {
            return await rest.GetAsync(new(exchange.Profile.MarketLists[0].Uri, exchange.Profile.MarketListWeight), exchange.ParseMarketList, stop);
        }
        catch (JsonException e)
        {
            throw new RestException($"{around.Context.ExchangeOptions.RestAddress(exchange.Profile.MarketLists[0].Uri)} did not return a market list: {e.Message}", e);
        }
    }
}
