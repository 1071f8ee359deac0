using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Storage;

namespace Ingester.Core.Reading;

/// <summary>
/// What was recorded, read back: the way in for other programs. Everything is listed and opened only as far as somebody reads. Safe for use by
/// several readers at once.
/// </summary>
/// <example><code>
/// using var archive = new MarketArchive(StoreAddress.Parse("s3://bucket/md"));
/// await foreach (var trade in archive.EventsAsync(new(Dataset.Trades, "binance", "BTC-USDT"), from, to))
///     if (trade.Kind == MarketEventKind.Row) …
/// </code></example>
public sealed class MarketArchive : IDisposable
{
    private readonly IObjectStore store;
    private readonly string prefix;
    private readonly StreamMerge merge;

    /// <summary>Opens a store.</summary>
    /// <param name="options">A directory or a bucket.</param>
    /// <param name="prefix">What every key begins with, as the recorder was told; empty by default.</param>
    public MarketArchive(StoreOptions options, string prefix = "")
        : this(options.Open(TimeProvider.System), prefix)
    {
    }

    internal MarketArchive(IObjectStore store, string prefix)
    {
        this.store = store;
        this.prefix = prefix.Trim('/');
        merge = new(store, this.prefix);
    }

    /// <summary>How many objects were opened so far.</summary>
    public long ObjectsOpened => merge.Objects.Opened;

    /// <summary>
    /// The events of a stream from a time up to, and without, another: whole segments, fragments and repairs united, each event once, in order of
    /// the exchange's sequence, with marks where something is missing, not proven or unreadable.
    /// </summary>
    public IAsyncEnumerable<MarketEvent> EventsAsync(
        StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        merge.ReadAsync(stream, new(new(Micros.From(from), Micros.From(to))), cancellation);

    /// <summary>The same of several streams, as one in order of time.</summary>
    public IAsyncEnumerable<MarketEvent> EventsAsync(
        IEnumerable<StreamId> streams, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        StreamsInOrder.MergeAsync([.. streams.Select(stream => EventsAsync(stream, from, to, cancellation))], cancellation);

    /// <summary>Tells every market-window of a period apart as complete, quiet, partial or missing, without opening a data object.</summary>
    public Task<AuditReport> AuditAsync(AuditScope scope, CancellationToken cancellation = default) => new Auditor(merge).RunAsync(scope, cancellation);

    /// <summary>The book of a market at a moment, with what it is built from and whether it is proven; or that it is not known.</summary>
    public Task<BookAnswer> BookAsync(string exchange, string market, DateTimeOffset at, CancellationToken cancellation = default) =>
        new BookFinder(merge).FindAsync(exchange, market, Micros.From(at), cancellation);

    /// <summary>Writes the whole objects of windows that fragments together prove complete, so that the queried table has them.</summary>
    /// <param name="scope">Which windows.</param>
    /// <param name="segments">How the recorders cut streams; their defaults by default.</param>
    /// <param name="cancellation">Stops the repair.</param>
    public Task<RepairReport> RepairAsync(AuditScope scope, SegmentOptions? segments = null, CancellationToken cancellation = default) =>
        new Repairer(store, prefix, segments ?? new()).RunAsync(scope, cancellation);

    /// <inheritdoc/>
    public void Dispose() => (store as IDisposable)?.Dispose();
}
