using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Connections;

/// <summary>Asks an exchange over REST for the markets that trade now.</summary>
internal sealed class MarketDiscovery(ExchangeContext context)
{
    private readonly RestClient client = new(context);

    /// <summary>The markets that trade now, at least one.</summary>
    /// <exception cref="RestException">The list could not be had, is not as promised, or is empty.</exception>
    public async Task<IReadOnlyList<Market>> AskAsync(CancellationToken stop)
    {
        var (profile, address) = (context.Exchange.Profile, context.Choice.RestAddress(context.Exchange.Profile.Markets));
        var request = new RestRequest(profile.Markets, profile.MarketsWeight);
        var body = await client.GetAsync(request, answered: null, stop);
        try
        {
            var markets = client.Read(request, body, context.Exchange.ReadMarkets);
            return markets.Count > 0 ? markets : throw new RestException($"{address} lists no market that trades.");
        }
        catch (JsonException e)
        {
            throw new RestException($"{address} did not answer with a market list: {e.Message}", e);
        }
    }
}
