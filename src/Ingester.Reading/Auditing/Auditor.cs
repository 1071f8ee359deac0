using System.IO.Enumeration;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Auditing;

/// <summary>
/// Classifies every window of every stream in a period as complete, quiet, disputed, partial or missing. It uses listings, coverage and gaps; it
/// opens objects only for the sample that the scope requests.
/// </summary>
internal sealed class Auditor(ArchiveReader archive)
{
    /// <summary>
    /// Number of streams that are listed and audited concurrently. A request to a bucket takes tens of milliseconds, and one day of one stream needs
    /// about six requests.
    /// </summary>
    private const int MaxConcurrency = 16;

    /// <summary>Exchange times are not strictly monotonic: the first rows of a window may be slightly older than the window.</summary>
    private const long WindowTolerance = Window.MicrosPerMinute;

    private readonly List<string> unreadable = [];
    private readonly List<string> invalidObjects = [];
    private int verified;
    private bool storeFailed;

    /// <summary>The field that marks a row with a doubtful time.</summary>
    private static ReadOnlySpan<byte> DoubtfulTimeField => ",\"time\":\""u8;

    /// <summary>Audits everything in scope.</summary>
    public async Task<AuditReport> RunAsync(AuditScope scope, CancellationToken cancellation)
    {
        var period = Period.Of(scope.From, scope.To);
        var audits = new List<StreamAudit>();
        var exchanges = scope.Exchanges.Count > 0 ? scope.Exchanges : [.. ExchangeCatalog.All.Select(exchange => exchange.Profile.Name)];
        foreach (var exchange in exchanges)
        {
            var journal = await ExchangeJournal.ReadAsync(archive, exchange, period, FindOnlyMarket(scope), cancellation);
            var streams = await SelectStreamsAsync(scope, exchange, journal, cancellation);
            var audited = scope.SampleSize > 0
                ? await AuditWithSampleAsync(streams, journal, period, scope.SampleSize, cancellation)
                : await RunInParallelAsync(streams, async (stream, cancel) => AuditStream(stream, journal, period, await ListAllAsync(stream.Stream, period, cancel)), cancellation);
            audits.AddRange(audited.Where(stream => stream.Windows.Count > 0));
            unreadable.AddRange(journal.Unreadable.Select(error => error.Message));
            storeFailed |= journal.Unreadable.Any(error => error.IsStoreFailure);
        }

        return new() { Streams = audits, Unreadable = unreadable, IsStoreFailure = storeFailed, Broken = invalidObjects, Verified = verified };
    }

    /// <summary>Lists the segments of a stream in the hours of a period, in a margin around them, and the nearest ones beyond the margin.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="period">The period.</param>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <param name="expired">True to include the names of segments that have expired.</param>
    public async Task<StoredStream> ListStoredAsync(StreamId stream, Period period, CancellationToken cancellation, bool expired = false)
    {
        var hours = period.ToWholeHours();
        var (first, last) = (Math.Max(0, hours.From - HourProof.Margin), hours.To + HourProof.Margin);
        var entries = new List<SegmentEntry>();
        await foreach (var entry in archive.Listing.ListSegmentsAsync(stream, new(first, last), cancellation, expired: expired))
            entries.Add(entry);
        var kind = ExchangeCatalog.SequenceOf(stream) ?? SequenceKind.Monotonic;
        if (kind == SequenceKind.Contiguous)
        {
            if (!entries.Exists(entry => entry.Name.Window.EndMicros <= hours.From))
                entries.InsertRange(0, await archive.Listing.ListNearestAsync(stream, first, before: true, HourProof.MaxSearchDistance - HourProof.Margin, cancellation, expired));
            if (!entries.Exists(entry => entry.Name.Window.StartMicros >= hours.To))
                entries.AddRange(await archive.Listing.ListNearestAsync(stream, last, before: false, HourProof.MaxSearchDistance - HourProof.Margin, cancellation, expired));
        }

        var variants = kind == SequenceKind.Contiguous ? [] : await archive.Listing.ListVariantsAsync(stream, hours, ObjectKey.Variants, cancellation);
        return new(entries, variants);
    }

    /// <summary>Lists the segments of a stream with those that have expired. If the list of those is damaged, the report says so.</summary>
    private async Task<StoredStream> ListAllAsync(StreamId stream, Period period, CancellationToken cancellation)
    {
        try
        {
            return await ListStoredAsync(stream, period, cancellation, expired: true);
        }
        catch (UnreadableObjectException error)
        {
            lock (invalidObjects)
                unreadable.Add(error.Message);
            return await ListStoredAsync(stream, period, cancellation);
        }
    }

    private StreamAudit AuditStream(StreamJournal stream, ExchangeJournal journal, Period period, StoredStream stored)
    {
        var audit = new StreamAuditor(stream, journal.GetGaps(stream.Stream), period).Audit(stored.Entries, stored.Variants);
        lock (invalidObjects)
            invalidObjects.AddRange(stored.Entries.Where(entry => entry.IsUndersized && period.Overlaps(entry.Name.Window))
                .Select(entry => $"{entry.Key} is not readable: it is too small for the ids in its name."));
        return audit;
    }

    /// <summary>Opens a deterministic sample of the objects of the period, and audits without the objects that are invalid.</summary>
    private async Task<StreamAudit[]> AuditWithSampleAsync(List<StreamJournal> streams, ExchangeJournal journal, Period period, int maxCount, CancellationToken cancellation)
    {
        var stored = await RunInParallelAsync(streams, async (stream, cancel) => (Stream: stream, Stored: await ListAllAsync(stream.Stream, period, cancel)), cancellation);
        var sample = stored.SelectMany(stream => stream.Stored.Entries.Where(entry => entry is { IsUndersized: false, IsExpired: false } && period.Overlaps(entry.Name.Window)), (stream, entry) => (stream.Stream, Entry: entry))
            .OrderBy(one => StableHash.Of(one.Entry.Key, "")).Take(maxCount).ToList();
        var results = await RunInParallelAsync(sample, async (one, cancel) =>
        {
            var loader = new SegmentLoader(archive, one.Stream.Stream, _ => ValueTask.FromResult(new SegmentClaims(one.Stream.Lines)));
            var (rows, fault) = await loader.LoadAsync(one.Entry, cancel);
            return (Fault: fault, Strays: rows is null ? null : FindMisplacedRows(one.Entry, rows));
        }, cancellation);
        verified += sample.Count;
        var excluded = new HashSet<string>(StringComparer.Ordinal);
        invalidObjects.AddRange(results.Select(one => one.Strays).OfType<string>());
        foreach (var fault in results.Select(one => one.Fault).OfType<UnreadableObjectException>())
        {
            excluded.Add(fault.Key);
            (fault.IsStoreFailure ? unreadable : invalidObjects).Add(fault.Message);
            storeFailed |= fault.IsStoreFailure;
        }

        return [.. stored.Select(stream => AuditStream(stream.Stream, journal, period,
            stream.Stored with { Entries = [.. stream.Stored.Entries.Where(entry => !excluded.Contains(entry.Key))] }))];
    }

    /// <summary>
    /// Describes rows whose time is far outside of the window they are stored in and that are not marked; null when there are none.
    /// </summary>
    private static string? FindMisplacedRows(SegmentEntry entry, LoadedRows rows)
    {
        var window = entry.Name.Window;
        var strays = rows.Rows.Where(row => (row.Micros < window.StartMicros - WindowTolerance || row.Micros >= window.EndMicros + WindowTolerance) && row.Line.Span.IndexOf(DoubtfulTimeField) < 0)
            .Select(row => row.Micros).ToList();
        return strays is [var first, ..] ? $"{entry.Key} contains {strays.Count:N0} rows outside of its window, the first at {Micros.ToDateTime(first):yyyy-MM-dd HH:mm:ss.ffffff}." : null;
    }

    private async Task<List<StreamJournal>> SelectStreamsAsync(AuditScope scope, string exchange, ExchangeJournal journal, CancellationToken cancellation)
    {
        var streams = journal.Streams.Where(stream => stream.WasExpected && IsInScope(scope, stream.Stream)).ToDictionary(stream => stream.Stream);
        for (var dataset = Dataset.Trades; dataset.IsStreamed(); dataset++)
            if (scope.Datasets.Count == 0 || scope.Datasets.Contains(dataset))
                foreach (var market in await archive.Listing.ListMarketsAsync(dataset, exchange, cancellation))
                    if (new StreamId(dataset, exchange, market) is var stream && IsInScope(scope, stream))
                        streams.TryAdd(stream, journal.GetStream(stream));
        return [.. streams.Values.OrderBy(stream => stream.Stream.Text, StringComparer.Ordinal)];
    }

    private static async Task<TOut[]> RunInParallelAsync<TIn, TOut>(List<TIn> all, Func<TIn, CancellationToken, Task<TOut>> work, CancellationToken cancellation)
    {
        var done = new TOut[all.Count];
        await Parallel.ForAsync(0, all.Count, new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellation }, async (index, cancel) =>
            done[index] = await work(all[index], cancel));
        return done;
    }

    /// <summary>The only market in scope; null when the scope is a pattern.</summary>
    private static HashSet<string>? FindOnlyMarket(AuditScope scope) => scope.MarketPattern.AsSpan().ContainsAny('*', '?', '\\') ? null : new([scope.MarketPattern], StringComparer.Ordinal);

    private static bool IsInScope(AuditScope scope, StreamId stream) =>
        (scope.Datasets.Count == 0 || scope.Datasets.Contains(stream.Dataset)) && FileSystemName.MatchesSimpleExpression(scope.MarketPattern, stream.Market, ignoreCase: false);
}
