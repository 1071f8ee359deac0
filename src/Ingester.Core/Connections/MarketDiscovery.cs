using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Connections;

/// <summary>Asks an exchange over REST for its market list.</summary>
internal sealed class MarketDiscovery(ExchangeContext context)
{
    private readonly RestClient client = new(context);

    /// <summary>The list, with at least one market.</summary>
    /// <exception cref="RestException">The list could not be had, or the answer is no market list, or an empty one.</exception>
    public async Task<MarketListing> AskAsync(CancellationToken stop)
    {
        var (profile, address) = (context.Exchange.Profile, context.Choice.RestAddress(context.Exchange.Profile.Markets));
        var request = new RestRequest(profile.Markets, profile.MarketsWeight);
        var body = await client.GetAsync(request, answered: null, stop);
        try
        {
            return client.Read(request, body, context.Exchange.ReadMarkets);
        }
        catch (JsonException e)
        {
            throw new RestException($"{address} did not answer with a market list: {e.Message}", e);
        }
    }
}
