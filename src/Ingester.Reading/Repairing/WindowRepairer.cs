using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Reading.Repairing;

/// <summary>
/// Makes windows whole that no replica stored as whole. When fragments together prove a window complete, it writes the whole object under its regular
/// key, with exactly the rows that a replica without gaps would have written. A window for which this cannot be shown is not changed.
/// </summary>
/// <param name="store">The store to read from and write to.</param>
/// <param name="prefix">Prefix of all keys.</param>
/// <param name="segments">The segment options of the recorders.</param>
internal sealed class WindowRepairer(IObjectStore store, string prefix, SegmentOptions segments)
{
    /// <summary>How far around a window events are read to prove its edges. The adjacent windows come first; a quiet market needs hours.</summary>
    private const long MaxMargin = 120 * Window.MicrosPerMinute;

    private readonly ArchiveReader archive = new(store, prefix);
    private readonly IRowCodec codec = RowCodec.Create(new());
    private readonly List<string> unreadable = [];

    /// <summary>One sentence for each object that is not readable.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Makes one window whole; null when the rows of a replica without gaps cannot be determined.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="window">The window.</param>
    /// <param name="excluded">Ranges whose rows are formatted differently than a replica would have written them.</param>
    /// <param name="cancellation">Cancels the repair.</param>
    public async Task<RepairedWindow?> MakeWholeAsync(
        StreamId stream, Window window, IReadOnlyList<SequenceRange> excluded, CancellationToken cancellation)
    {
        foreach (var margin in new[] { 2 * (window.EndMicros - window.StartMicros), MaxMargin })
        {
            var rows = new OpenSegment(window, isStartProven: true);
            try
            {
                var assembled = new WindowAssembly(window, rows, segments, new(codec, static full => full.CompressPending()));
                var period = new Period(window.StartMicros - margin, window.EndMicros + margin);
                await foreach (var next in new StoredStreamReader(archive).ReadAsync(CreateLoader(stream, period, cancellation), stream, new(period), variants: false, cancellation).SelectMany(static segment => segment))
                {
                    if (next.Kind == MarketEventKind.Unreadable)
                        unreadable.Add(next.Note!);
                    if (!assembled.TryAdd(next))
                        break;
                }

                if (assembled.Range is { } range)
                    return excluded.Any(part => part.After < range.UpTo && part.UpTo > range.After) || !await AgreesWithStoredAsync(stream, assembled, cancellation)
                        ? null
                        : await StoreAsync(new(stream, window, range, IsWhole: true), rows, assembled.Lines.Count, cancellation);
            }
            finally
            {
                rows.DisposeRows();
            }
        }

        return null;
    }

    private SegmentLoader CreateLoader(StreamId stream, Period period, CancellationToken cancellation) =>
        new JournalCache(archive, stream.Exchange, new HashSet<string>([stream.Market], StringComparer.Ordinal), period).CreateLoader(stream, cancellation);

    /// <summary>
    /// True when every segment of the window contains the same rows as the archive. They differ when connections group the ids differently or write
    /// other digits.
    /// </summary>
    private async Task<bool> AgreesWithStoredAsync(StreamId stream, WindowAssembly assembly, CancellationToken cancellation)
    {
        await foreach (var entry in archive.Listing.ListSegmentsAsync(stream, new(assembly.Window.StartMicros, assembly.Window.EndMicros), cancellation))
            if (entry.Name.Window == assembly.Window)
                try
                {
                    foreach (var row in (await archive.Objects.LoadAsync(entry, ExchangeCatalog.SequenceOf(stream) ?? SequenceKind.Monotonic, cancellation)).Rows)
                        if (row.Range is { } range && (!assembly.Lines.TryGetValue(range, out var line) || !line.Span.SequenceEqual(row.Line.Span)))
                            return false;
                }
                catch (UnreadableObjectException error)
                {
                    unreadable.Add(error.Message);
                    if (error.IsStoreFailure)
                        return false; // its content may differ; any other unreadable object has no row in the merge
                }

        return true;
    }

    private async Task<RepairedWindow> StoreAsync(SegmentKey name, OpenSegment rows, int count, CancellationToken cancellation)
    {
        var key = ObjectKey.Segment(prefix, name);
        using var body = Compress(rows, out var sha256);
        var outcome = await store.PutAsync(key, body, new(sha256, count, ObjectMetadata.FormatVersion, ProofGrade.Chain), cancellation);
        return new(key, count, outcome == PutOutcome.Stored);
    }

    /// <summary>Compresses as the recorder does, with the same gzip members, so that the bytes are equal.</summary>
    private RowBuffer Compress(OpenSegment segment, out string sha256)
    {
        sha256 = segment.CompressedRows?.ComputeHash(segment.Rows) ?? RowCompression.Hash(segment.Rows);
        return segment.CompressedRows?.BuildBody(segment.Rows) ?? codec.Compress(segment.Rows);
    }

    /// <summary>
    /// Selects the rows of one window from a merged stream. As in the recorder, windows only move forward (rule T5 of <c>docs/proof.md</c>).
    /// </summary>
    private sealed class WindowAssembly(Window window, OpenSegment rows, SegmentOptions options, SegmentCompression compression)
    {
        /// <summary>An exchange time that is ahead by more than this ends the proof in the recorder.</summary>
        private readonly long tolerance = Micros.From(options.MaxClockAhead);

        /// <summary>A chain must start this long before a window to prove its start.</summary>
        private readonly long proofLeadTime = Micros.From(options.ProofLeadTime);

        private long latestWindowStart = long.MinValue;
        private long latestMicros = long.MinValue;
        private long? cursor;
        private long? chainStart; // exchange time of the first event of the chain
        private bool isBroken;
        private SequenceRange? covered;
        private bool isEndProven;

        public Window Window => window;

        /// <summary>The rows, by their ids.</summary>
        public Dictionary<SequenceRange, ReadOnlyMemory<byte>> Lines { get; } = [];

        /// <summary>The ids of the window once its end is proven; otherwise null.</summary>
        public SequenceRange? Range => isEndProven && !isBroken ? covered : null;

        /// <summary>Adds the next event; false when no more events are needed.</summary>
        public bool TryAdd(in MarketEvent next)
        {
            if (next.Kind != MarketEventKind.Row || next.Range is not { } range)
            {
                BreakChain();
                return covered is null;
            }

            if (cursor is { } upTo && range.After != upTo)
                BreakChain(); // overlap: two connections group the ids differently
            cursor = range.UpTo;
            chainStart ??= next.Micros;
            latestWindowStart = Math.Max(latestWindowStart, Window.Containing(next.Micros, window.Minutes).StartMicros);
            isBroken |= covered is not null && next.Micros < latestMicros - tolerance;
            latestMicros = Math.Max(latestMicros, next.Micros);
            if (latestWindowStart < window.StartMicros)
                return true;
            if (latestWindowStart > window.StartMicros)
            {
                isEndProven = covered is not null;
                return false;
            }

            if (chainStart > window.StartMicros - proofLeadTime)
                return false; // the start of the window is not proven
            covered = new(covered?.After ?? range.After, range.UpTo);
            rows.Rows.Append(next.Row.Span);
            rows.Rows.Append("\n"u8);
            rows.QueueFullPiece(compression);
            Lines[range] = next.Row;
            return true;
        }

        /// <summary>Ends the chain: the events before it prove nothing any more.</summary>
        private void BreakChain()
        {
            isBroken |= covered is not null;
            chainStart = null;
        }
    }
}
