using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Stores;
using Ingester.Exchanges;
using Ingester.Reading.Objects;

namespace Ingester.Dashboard.Markets.Objects;

/// <summary>Lists the objects from which figures of a market are made: a listing only, no object is opened.</summary>
internal static class ObjectQuery
{
    /// <summary>The objects with trades of a period. Trades that arrived late may be stored one minute later.</summary>
    public static async Task<SourceObjects> ListTradesAsync(OpenedStore store, MarketId market, Period period, CancellationToken cancellation)
    {
        var late = new Period(period.From, period.To + Window.MicrosPerMinute);
        var trades = await ListAsync(store, new(Dataset.Trades, market.Exchange, market.Market), late, cancellation);
        return trades.Count > 0 ? trades : await ListAsync(store, new(Dataset.AggTrades, market.Exchange, market.Market), late, cancellation);
    }

    /// <summary>The objects with snapshots and diffs of a period.</summary>
    public static async Task<SourceObjects> ListBooksAsync(OpenedStore store, MarketId market, Period period, CancellationToken cancellation)
    {
        var found = new List<SourceObject>();
        var listing = new StreamListing(store.Objects, store.Prefix);
        foreach (var day in period.Days())
            found.AddRange((await listing.ListSnapshotsAsync(market.Exchange, market.Market, day, cancellation))
                .Where(one => one.Name.MinuteMicros >= Window.Containing(period.From, 1).StartMicros && one.Name.MinuteMicros < period.To).Select(static one => new SourceObject(one.Key, null)));
        var stream = new StreamId(ExchangeCatalog.Find(market.Exchange)?.Profile.BookDataset ?? Dataset.Depth, market.Exchange, market.Market);
        var count = found.Count;
        if (stream.Dataset.IsStreamed())
        {
            var diffs = await ListAsync(store, stream, period, cancellation);
            count += diffs.Count;
            found.AddRange(diffs.Objects);
        }

        return new([.. found.Take(SourceObjects.MaxListed)], count);
    }

    private static async Task<SourceObjects> ListAsync(OpenedStore store, StreamId stream, Period period, CancellationToken cancellation)
    {
        var (found, count) = (new List<SourceObject>(), 0);
        await foreach (var entry in new StreamListing(store.Objects, store.Prefix).ListSegmentsAsync(stream, period, cancellation, variants: true))
            if (++count <= SourceObjects.MaxListed)
                found.Add(new(entry.Key, entry.Size));
        return new(found, count);
    }
}
