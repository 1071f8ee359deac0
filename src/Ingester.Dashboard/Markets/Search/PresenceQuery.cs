using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Dashboard.Markets.Search;

/// <summary>Finds out whether the store knows a market, and until when it has data of it.</summary>
internal static class PresenceQuery
{
    private static readonly TimeSpan Around = TimeSpan.FromHours(1);

    /// <summary>Looks a market up.</summary>
    /// <param name="store">The store.</param>
    /// <param name="market">The market.</param>
    /// <param name="now">The time, microseconds UTC.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<MarketPresence> FindAsync(OpenedStore store, MarketId market, long now, CancellationToken cancellation)
    {
        long? newest = null;
        var isKnown = false;
        foreach (var dataset in new[] { Dataset.Trades, Dataset.AggTrades, Dataset.Depth, Dataset.Snapshots })
        {
            if (!(await store.Archive.ListMarketsAsync(dataset, market.Exchange, cancellation)).Contains(market.Market))
                continue;
            isKnown = true;
            if (dataset.IsStreamed() && await FindNewestAsync(store, new(dataset, market.Exchange, market.Market), now, cancellation) is { } end)
                newest = Math.Max(newest ?? 0, end);
        }

        return isKnown ? new(isKnown, [], newest, now) : await SuggestAsync(store, market, now, cancellation);
    }

    /// <summary>Nothing is stored: a market that only journals mention is known; otherwise the most similar names.</summary>
    private static async Task<MarketPresence> SuggestAsync(OpenedStore store, MarketId market, long now, CancellationToken cancellation)
    {
        DateTimeOffset time = new(Micros.ToDateTime(now));
        List<string> similar = [];
        foreach (var dataset in new[] { Dataset.Trades, Dataset.Depth })
            if (await store.Archive.SuggestMarketsAsync(new(dataset, market.Exchange, market.Market), time - Around, time + Around, cancellation) is { } names)
                similar.AddRange(names);
            else
                return new(IsKnown: true, [], null, now);
        return new(IsKnown: false, [.. similar.Distinct(StringComparer.Ordinal)], null, now);
    }

    private static async Task<long?> FindNewestAsync(OpenedStore store, StreamId stream, long now, CancellationToken cancellation)
    {
        var end = Window.Containing(now, 60).EndMicros;
        var newest = await new StreamListing(store.Objects, store.Prefix).ListNearestAsync(stream, end, before: true, HourProof.MaxSearchDistance, cancellation);
        return newest is [var one, ..] ? one.Name.Window.EndMicros : null;
    }
}
