using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Reading.Arrivals;
using Ingester.Reading.Auditing;
using Ingester.Reading.Books;
using Ingester.Reading.Instruments;
using Ingester.Reading.Marking;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;
using Ingester.Reading.Repairing;
using Ingester.Storage.Stores;

namespace Ingester.Reading;

/// <summary>Reads recordings; the entry point for other programs. Objects are listed and opened lazily, during enumeration. Thread-safe.</summary>
/// <example><code>
/// using var archive = new MarketArchive(StoreAddress.Parse("s3://bucket/md"));
/// await foreach (var trade in archive.ReadEventsAsync(new(Dataset.Trades, "binance", "BTC-USDT"), from, to))
///     if (trade.Kind == MarketEventKind.Row) …
/// </code></example>
public sealed class MarketArchive : IDisposable
{
    private readonly IObjectStore store;
    private readonly string prefix;
    private readonly ArchiveReader archive;

    /// <summary>Opens a store.</summary>
    /// <param name="options">Address and settings of a directory or bucket.</param>
    /// <param name="prefix">Prefix of all keys, as in the settings of the recorder. Default: empty.</param>
    public MarketArchive(StoreOptions options, string prefix = "")
        : this(options.Open(TimeProvider.System), prefix)
    {
    }

    internal MarketArchive(IObjectStore store, string prefix, TimeProvider? clock = null)
    {
        this.store = store;
        this.prefix = prefix.Trim('/');
        archive = new(store, this.prefix, clock);
    }

    /// <summary>Number of objects opened so far.</summary>
    public long OpenedObjects => archive.Objects.OpenedCount;

    /// <summary>
    /// Reads the events of a stream in a period. Whole segments, fragments and repaired windows are merged: each event occurs once, in sequence
    /// order. Marks show where data is missing, disputed, not proven or not readable.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="from">Start of the period.</param>
    /// <param name="to">End of the period, exclusive.</param>
    /// <param name="variants">True to return the rows of all replicas in disputed windows, each with <see cref="MarketEvent.Variant"/>.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <exception cref="ExpiredPeriodException">A part of the period has expired; thrown when the events are read.</exception>
    public IAsyncEnumerable<MarketEvent> ReadEventsAsync(
        StreamId stream, DateTimeOffset from, DateTimeOffset to, bool variants, CancellationToken cancellation = default)
    {
        var period = Period.Of(from, to);
        var merge = new MarkedMerge(archive, new(archive, stream.Exchange, new HashSet<string>([stream.Market], StringComparer.Ordinal), period), stream, period, variants);
        return ReadStoredAsync([stream], period, merge.ReadAsync, cancellation);
    }

    /// <summary>Reads the events of a stream in a period, with the rows of one replica in disputed windows.</summary>
    public IAsyncEnumerable<MarketEvent> ReadEventsAsync(
        StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        ReadEventsAsync(stream, from, to, variants: false, cancellation);

    /// <summary>Reads the events of several streams as one sequence, ordered by time.</summary>
    public IAsyncEnumerable<MarketEvent> ReadEventsAsync(
        IEnumerable<StreamId> streams, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default)
    {
        var period = Period.Of(from, to);
        var requested = streams.ToList();
        var known = requested.GroupBy(stream => stream.Exchange, StringComparer.Ordinal).ToDictionary(group => group.Key, group =>
            new JournalCache(archive, group.Key, group.Select(stream => stream.Market).ToHashSet(StringComparer.Ordinal), period), StringComparer.Ordinal);
        return ReadStoredAsync(requested, period, cancel => TimeOrderedMerge.MergeAsync(
            [.. requested.Select(stream => new MarkedMerge(archive, known[stream.Exchange], stream, period, variants: false).ReadAsync(cancel))], cancel), cancellation);
    }

    /// <summary>
    /// Suggests market names that are similar to an unknown one. Null when the stream is known: it has stored objects, or the journals of the period
    /// mention it.
    /// </summary>
    public Task<IReadOnlyList<string>?> SuggestMarketsAsync(StreamId stream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation = default) =>
        new MarketSuggestions(archive).SuggestAsync(stream, Period.Of(from, to), cancellation);

    /// <summary>Lists the canonical names of all markets of which segments are stored, in ordinal order.</summary>
    public Task<IReadOnlyCollection<string>> ListMarketsAsync(Dataset dataset, string exchange, CancellationToken cancellation = default) =>
        archive.Listing.ListMarketsAsync(dataset, exchange, cancellation);

    /// <summary>
    /// Classifies every window of every stream in a period as complete, quiet, disputed, partial or missing. Data objects are opened only for
    /// <see cref="AuditScope.SampleSize"/>.
    /// </summary>
    public Task<AuditReport> AuditAsync(AuditScope scope, CancellationToken cancellation = default) => new Auditor(archive).RunAsync(scope, cancellation);

    /// <summary>Reconstructs the book of a market at a time, and states whether it is proven.</summary>
    /// <exception cref="ExpiredPeriodException">The day has expired.</exception>
    public async Task<BookResult> GetBookAsync(string exchange, string market, DateTimeOffset at, CancellationToken cancellation = default)
    {
        await archive.Listing.Expired.RequireStoredAsync(new(Dataset.Depth, exchange, market), Period.Of(at, at.AddMicroseconds(1)), cancellation);
        return await new BookReconstructor(archive).ReconstructAsync(exchange, market, Micros.From(at), cancellation);
    }

    /// <summary>
    /// Opens the arrivals of a stream: when its events were received. Call the reader for the events of
    /// <see cref="ReadEventsAsync(StreamId, DateTimeOffset, DateTimeOffset, CancellationToken)"/> in their order.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="from">Start of the period.</param>
    /// <param name="to">End of the period, exclusive.</param>
    /// <param name="replicas">The replicas in the order of preference; others are not used. If empty, all replicas in ordinal order of their names.</param>
    public ArrivalReader OpenArrivals(StreamId stream, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<string> replicas) =>
        new(archive, stream, Period.Of(from, to), replicas);

    /// <summary>Reads the markets of an exchange as the market lists of the replicas stated them at a moment.</summary>
    /// <param name="exchange">The exchange's name.</param>
    /// <param name="at">The moment.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public Task<InstrumentList> ReadInstrumentsAsync(string exchange, DateTimeOffset at, CancellationToken cancellation = default) =>
        new InstrumentReader(archive).ReadAsync(exchange, Micros.From(at), cancellation);

    /// <summary>Writes whole objects for windows that fragments together prove complete, so that tables over whole objects contain them.</summary>
    /// <param name="scope">The streams and the period.</param>
    /// <param name="segments">The segment options of the recorders. Default: the default options.</param>
    /// <param name="cancellation">Cancels the repair.</param>
    public Task<RepairReport> RepairAsync(AuditScope scope, SegmentOptions? segments = null, CancellationToken cancellation = default) =>
        new ArchiveRepairer(store, prefix, segments ?? new()).RunAsync(scope, cancellation);

    private async IAsyncEnumerable<MarketEvent> ReadStoredAsync(
        IReadOnlyList<StreamId> streams, Period period, Func<CancellationToken, IAsyncEnumerable<MarketEvent>> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var stream in streams)
            await archive.Listing.Expired.RequireStoredAsync(stream, period, cancellation);
        await foreach (var found in read(cancellation))
            yield return found;
    }

    /// <inheritdoc/>
    public void Dispose() => (store as IDisposable)?.Dispose();
}
