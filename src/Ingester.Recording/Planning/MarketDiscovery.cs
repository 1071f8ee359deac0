using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Recording.Rest;

namespace Ingester.Recording.Planning;

/// <summary>Fetches the market list of an exchange within its rate limit.</summary>
internal sealed class MarketDiscovery(ExchangeContext context, RateLimitedRestClient rest)
{
    /// <summary>Maximum number of pages of all lists, so that a list that never ends is found.</summary>
    private const int MaxPages = 1_000;

    /// <summary>Returns the market list, with at least one market.</summary>
    /// <exception cref="RestException">The request failed, or the response is not a market list or is empty.</exception>
    public async Task<MarketListResult> FetchAsync(CancellationToken stop)
    {
        var pages = new List<MarketListResult>();
        foreach (var list in context.Exchange.Profile.MarketLists)
            for (var call = list; call is not null;)
            {
                if (pages.Count == MaxPages)
                    throw new RestException($"The market list of {context.Name} has more than {MaxPages} pages.");
                (var page, call) = await FetchPageAsync(call, stop);
                pages.Add(page);
            }

        return pages is [var only] ? only : UniqueMarketNames.WithUniqueNames([.. pages.SelectMany(page => page.Markets)], [.. pages.SelectMany(page => page.Skipped)]);
    }

    private async Task<(MarketListResult Page, RestCall? Next)> FetchPageAsync(RestCall call, CancellationToken stop)
    {
        var exchange = context.Exchange;
        try
        {
            return await rest.GetAsync(new(call.Uri, exchange.Profile.MarketListWeight, Body: call.Body),
                body => (exchange.ParseMarketList(body), (exchange as IPagedMarketList)?.NextPage(call, body)), stop);
        }
        catch (JsonException e)
        {
            throw new RestException($"{context.ExchangeOptions.RestAddress(call.Uri)} did not return a market list: {e.Message}", e);
        }
    }
}
