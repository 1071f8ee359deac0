using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;

namespace Ingester.Recording.Planning;

/// <summary>Asks an exchange over REST for its market list, within its request budget.</summary>
internal sealed class MarketDiscovery(ConnectionSurroundings around)
{
    private readonly RequestDesk desk = new(around);

    /// <summary>The list, with at least one market.</summary>
    /// <exception cref="RestException">The list could not be had, or the answer is no market list, or an empty one.</exception>
    public async Task<MarketListing> AskAsync(CancellationToken stop)
    {
        var exchange = around.Context.Exchange;
        try
        {
            return await desk.GetAsync(new(exchange.Profile.Markets, exchange.Profile.MarketsWeight), exchange.ReadMarkets, stop);
        }
        catch (JsonException e)
        {
            throw new RestException($"{around.Context.Choice.RestAddress(exchange.Profile.Markets)} did not answer with a market list: {e.Message}", e);
        }
    }
}
