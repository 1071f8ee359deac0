using Ingester.Core.Markets;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Deriving.Running;
using Ingester.Exchanges;

namespace Ingester.Dashboard.Markets.Search;

/// <summary>Lists the markets of a store, and searches them.</summary>
internal static class MarketList
{
    private static readonly Dataset[] Datasets = [Dataset.Trades, Dataset.AggTrades, Dataset.Depth, Dataset.Snapshots];

    /// <summary>Lists all markets, by exchange and name. No object is opened.</summary>
    public static async Task<IReadOnlyList<MarketEntry>> ReadAsync(OpenedStore store, CancellationToken cancellation)
    {
        var names = ExchangeCatalog.All.Select(static exchange => exchange.Profile.Name).Order(StringComparer.Ordinal).ToList();
        var entries = new List<MarketEntry>();
        foreach (var exchange in await StoredExchanges.FindAsync(store.Objects, store.Prefix, names, cancellation))
        {
            var markets = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
            foreach (var dataset in Datasets)
                foreach (var market in await store.Archive.ListMarketsAsync(dataset, exchange, cancellation))
                    if (markets.TryGetValue(market, out var known))
                        known.Add(dataset.Name());
                    else
                        markets.Add(market, [dataset.Name()]);
            entries.AddRange(markets.Select(market => new MarketEntry(new(exchange, market.Key), market.Value)));
        }

        return entries;
    }

    /// <summary>Adds markets that have no stored objects yet; by exchange and name.</summary>
    public static IReadOnlyList<MarketEntry> Unite(IReadOnlyList<MarketEntry> stored, IEnumerable<MarketId> others)
    {
        var known = stored.Select(static entry => entry.Id).ToHashSet();
        return [.. stored.Concat(others.Where(known.Add).Select(static market => new MarketEntry(market, [])))
            .OrderBy(static entry => entry.Id.Exchange, StringComparer.Ordinal).ThenBy(static entry => entry.Id.Market, StringComparer.Ordinal)];
    }

    /// <summary>The markets whose exchange or name contains every word of a text; case is ignored.</summary>
    /// <param name="entries">The markets.</param>
    /// <param name="text">The words; all markets match an empty text.</param>
    /// <param name="exchange">Only this exchange; null or empty for all.</param>
    public static IReadOnlyList<MarketEntry> Search(IReadOnlyList<MarketEntry> entries, string? text, string? exchange)
    {
        var words = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. entries.Where(entry => (string.IsNullOrEmpty(exchange) || entry.Id.Exchange == exchange)
            && Array.TrueForAll(words, word => entry.Id.ToString().Contains(word, StringComparison.OrdinalIgnoreCase)))];
    }
}
