using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Planning;

/// <summary>Fetches the market list of an exchange within its rate limit.</summary>
internal sealed class MarketDiscovery(ConnectionSurroundings around)
{
    private readonly RequestDesk desk = new(around);

    /// <summary>Returns the market list, with at least one market.</summary>
    /// <exception cref="RestException">The request failed, or the response is not a market list or is empty.</exception>
    public async Task<MarketListing> AskAsync(CancellationToken stop)
    {
        var exchange = around.Context.Exchange;
        try
        {
            return await desk.GetAsync(new(exchange.Profile.Markets, exchange.Profile.MarketsWeight), exchange.ReadMarkets, stop);
        }
        catch (JsonException e)
        {
            throw new RestException($"{around.Context.Choice.RestAddress(exchange.Profile.Markets)} did not return a market list: {e.Message}", e);
        }
    }
}
