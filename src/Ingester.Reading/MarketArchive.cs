using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;
using Ingester.Reading.Repairing;
using Ingester.Storage.Stores;

namespace Ingester.Reading;

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

    internal MarketArchive(IObjectStore store, string prefix, TimeProvider? clock = null)
    {
        this.store = store;
        this.prefix = prefix.Trim('/');
        merge = new(store, this.prefix, clock);
    }

    /// <summary>How many objects were opened so far.</summary>
    public long ObjectsOpened => merge.Objects.Opened;

    /// <summary>
    /// The events of a stream from a time up to, and without, another: whole segments, fragments and repairs united, each event once, in order of
    /// the exchange's sequence, with marks where something is missing, disputed, not proven or unreadable.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The first moment after.</param>
    /// <param name="variants">True to give the rows of all replicas where a window is disputed, each with <see cref="MarketEvent.Variant"/>.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public IAsyncEnumerable<MarketEvent> EventsAsync(
        StreamId stream, DateTimeOffset from, DateTimeOffset to, bool variants, CancellationToken cancellation = default)
    {
        var period = Period.Of(from, to);
        return new MarkedMerge(merge, new(merge, stream.Exchange, stream.Market, period), stream, period, variants).ReadAsync(cancellation);
    }

    /// <summary>The same, with one replica's rows where a window is disputed.</summary>
    public IAsyncEnumerable<MarketEvent> EventsAsync(
        StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        EventsAsync(stream, from, to, variants: false, cancellation);

    /// <summary>The same of several streams, as one in order of time.</summary>
    public IAsyncEnumerable<MarketEvent> EventsAsync(
        IEnumerable<StreamId> streams, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
    {
        var period = Period.Of(from, to);
        var asked = streams.ToList();
        var known = asked.GroupBy(stream => stream.Exchange, StringComparer.Ordinal).ToDictionary(group => group.Key, group =>
            new StreamKnowledge(merge, group.Key, group.Select(stream => stream.Market).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : null, period), StringComparer.Ordinal);
        return StreamsInOrder.MergeAsync(
            [.. asked.Select(stream => new MarkedMerge(merge, known[stream.Exchange], stream, period, variants: false).ReadAsync(cancellation))], cancellation);
    }

    /// <summary>
    /// The markets whose names are nearest to one that nothing is known of in a period: null when something is stored or was said of it, so that it is there.
    /// </summary>
    public Task<IReadOnlyList<string>?> NearestNamesAsync(StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        new StreamNames(merge).NearestAsync(stream, Period.Of(from, to), cancellation);

    /// <summary>Tells every market-window of a period apart as complete, quiet, disputed, partial or missing; a data object is opened only where <see cref="AuditScope.Verify"/> asks for it.</summary>
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
