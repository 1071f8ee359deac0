using Ingester.Core.Time;
using Ingester.Dashboard.Markets.Books;
using Ingester.Dashboard.Markets.Figures;
using Ingester.Dashboard.Markets.Names;
using Ingester.Dashboard.Markets.Objects;
using Ingester.Dashboard.Markets.Search;
using Ingester.Dashboard.Markets.Trades;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Markets.Queries;

/// <summary>The queries of the market pages. Viewers of the same market share their results, and few queries run at the same time.</summary>
internal sealed class MarketQueries : IDisposable
{
    /// <summary>Until this long before now, minutes are expected to be stored.</summary>
    public static readonly TimeSpan StoreDelay = TimeSpan.FromMinutes(2);

    /// <summary>How often a view of now is computed again.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    private const int MaxRunning = 2; // one processor stays free for pages

    private static readonly TimeSpan ListLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ViewLifetime = TimeSpan.FromSeconds(20);

    private readonly IStoreAccess access;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim running = new(MaxRunning, MaxRunning);
    private readonly BarQuery bars;
    private readonly MetricQuery metrics;
    private readonly SharedResults<string, IReadOnlyList<MarketEntry>> lists;
    private readonly SharedResults<MarketId, MarketPresence> presences;
    private readonly SharedResults<(MarketId, long), LastTradeView> trades;
    private readonly SharedResults<(MarketId, long), BookPicture> books;
    private readonly SharedResults<(MarketId, string, long), BarSeries> barSeries;
    private readonly SharedResults<(MarketId, long), MetricSeries> metricSeries;

    /// <summary>Creates the queries.</summary>
    /// <param name="access">The store.</param>
    /// <param name="clock">The clock.</param>
    public MarketQueries(IStoreAccess access, TimeProvider clock)
    {
        (this.access, this.clock) = (access, clock);
        var memories = new MarketMemories(clock);
        (bars, metrics) = (new(memories, clock), new(memories));
        lists = new(1, ListLifetime, clock);
        presences = new(100, ListLifetime, clock);
        trades = new(100, ViewLifetime, clock);
        books = new(50, ListLifetime, clock);
        barSeries = new(100, ViewLifetime, clock);
        metricSeries = new(100, ViewLifetime, clock);
    }

    /// <inheritdoc/>
    public void Dispose() => running.Dispose();

    /// <summary>All markets of the store.</summary>
    public Task<IReadOnlyList<MarketEntry>> ListAsync(CancellationToken cancellation) =>
        lists.GetAsync("", () => ReadAsync(MarketList.ReadAsync), cancellation);

    /// <summary>Whether the store knows a market.</summary>
    public Task<MarketPresence> FindAsync(MarketId market, CancellationToken cancellation) =>
        presences.GetAsync(market, () => ReadAsync((store, cancel) => PresenceQuery.FindAsync(store, market, Micros.Now(clock), cancel)), cancellation);

    /// <summary>The last stored trade.</summary>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment, microseconds UTC; null for now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<LastTradeView> FindLastTradeAsync(MarketId market, long? at, CancellationToken cancellation)
    {
        var moment = at ?? Rounded();
        return trades.GetAsync((market, moment), () => ReadAsync((store, cancel) => LastTradeQuery.FindAsync(store, market, moment, cancel)), cancellation);
    }

    /// <summary>The stored book.</summary>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment, microseconds UTC; null for now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<BookPicture> ReadBookAsync(MarketId market, long? at, CancellationToken cancellation)
    {
        var moment = at ?? Rounded();
        return books.GetAsync((market, moment), () => ReadAsync((store, cancel) => BookQuery.ReadAsync(store, market, moment, cancel)), cancellation);
    }

    /// <summary>The bars before a moment.</summary>
    /// <param name="market">The market.</param>
    /// <param name="interval">Their length.</param>
    /// <param name="at">The moment, microseconds UTC; null for the newest minutes that are expected to be stored.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<BarSeries> ReadBarsAsync(MarketId market, BarInterval interval, long? at, CancellationToken cancellation)
    {
        var end = End(at);
        return barSeries.GetAsync((market, interval.Name, end), () => ReadAsync((store, cancel) => bars.ReadAsync(store, market, interval, end, cancel)), cancellation);
    }

    /// <summary>Spread and imbalance of the hour before a moment.</summary>
    /// <param name="market">The market.</param>
    /// <param name="at">The moment, microseconds UTC; null for the newest minutes that are expected to be stored.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<MetricSeries> ReadMetricsAsync(MarketId market, long? at, CancellationToken cancellation)
    {
        var end = End(at);
        return metricSeries.GetAsync((market, end), () => ReadAsync((store, cancel) => metrics.ReadAsync(store, market, end, cancel)), cancellation);
    }

    /// <summary>The objects with trades of a period.</summary>
    public Task<SourceObjects> ListTradeObjectsAsync(MarketId market, long from, long to, CancellationToken cancellation) =>
        access.ReadAsync((store, cancel) => ObjectQuery.ListTradesAsync(store, market, new(from, to), cancel), cancellation);

    /// <summary>The objects with snapshots and diffs of a period.</summary>
    public Task<SourceObjects> ListBookObjectsAsync(MarketId market, long from, long to, CancellationToken cancellation) =>
        access.ReadAsync((store, cancel) => ObjectQuery.ListBooksAsync(store, market, new(from, to), cancel), cancellation);

    /// <summary>Now, rounded down, so that viewers share a result.</summary>
    private long Rounded() => Micros.Now(clock) / Micros.From(RefreshInterval) * Micros.From(RefreshInterval);

    private long End(long? at) => at ?? Window.Containing(Micros.Now(clock) - Micros.From(StoreDelay), 1).StartMicros;

    private async Task<T> ReadAsync<T>(Func<OpenedStore, CancellationToken, Task<T>> query)
    {
        await running.WaitAsync();
        try
        {
            return await access.ReadAsync(query, CancellationToken.None);
        }
        finally
        {
            running.Release();
        }
    }
}
