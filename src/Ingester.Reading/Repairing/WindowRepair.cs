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
internal sealed class WindowRepair(IObjectStore store, string prefix, SegmentOptions segments)
{
    /// <summary>How far around a window events are read to prove its edges. The adjacent windows come first; a quiet market needs hours.</summary>
    private const long Around = 120 * Window.MicrosPerMinute;

    private readonly StreamMerge merge = new(store, prefix);

    private readonly IRowCodec codec = RowCodec.For(new());
    private readonly List<string> unreadable = [];

    /// <summary>One sentence for each object that is not readable.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Makes one window whole; null when the rows of a replica without gaps cannot be determined.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="window">The window.</param>
    /// <param name="foreign">Ranges whose rows are formatted differently than a replica would have written them.</param>
    /// <param name="cancellation">Cancels the repair.</param>
    public async Task<RepairedWindow?> MakeWholeAsync(
        StreamId stream, Window window, IReadOnlyList<SequenceRange> foreign, CancellationToken cancellation)
    {
        foreach (var around in new[] { 2 * (window.EndMicros - window.StartMicros), Around })
        {
            var rows = new OpenSegment(window, leftProven: true);
            try
            {
                var found = new WindowRows(window, rows, segments, new(codec, static full => full.Pack()));
                var period = new Period(window.StartMicros - around, window.EndMicros + around);
                await foreach (var next in merge.ReadAsync(Loader(stream, period, cancellation), stream, new(period), variants: false, cancellation))
                {
                    if (next.Kind == MarketEventKind.Unreadable)
                        unreadable.Add(next.Note!);
                    if (!found.Take(next))
                        break;
                }

                if (found.Range is { } range)
                    return foreign.Any(part => part.After < range.UpTo && part.UpTo > range.After) || !await AgreeAsync(stream, found, cancellation)
                        ? null
                        : await StoreAsync(new(stream, window, range, Whole: true), rows, found.Lines.Count, cancellation);
            }
            finally
            {
                rows.Drop();
            }
        }

        return null;
    }

    private SegmentLoader Loader(StreamId stream, Period period, CancellationToken cancellation) =>
        new StreamKnowledge(merge, stream.Exchange, stream.Market, period).Loader(stream, cancellation);

    /// <summary>
    /// True when every segment of the window contains the same rows as the merge. They differ when connections group the ids differently or write
    /// other digits.
    /// </summary>
    private async Task<bool> AgreeAsync(StreamId stream, WindowRows united, CancellationToken cancellation)
    {
        await foreach (var entry in merge.Listing.SegmentsAsync(stream, new(united.Window.StartMicros, united.Window.EndMicros), cancellation))
            if (entry.Name.Window == united.Window)
                try
                {
                    foreach (var row in (await merge.Objects.LoadAsync(entry, Catalog.SequenceOf(stream) ?? SequenceKind.Monotonic, cancellation)).Rows)
                        if (row.Range is { } range && (!united.Lines.TryGetValue(range, out var line) || !line.Span.SequenceEqual(row.Line.Span)))
                            return false;
                }
                catch (UnreadableObjectException broken)
                {
                    unreadable.Add(broken.Message);
                    if (broken.IsStoreFailure)
                        return false; // its content may differ; any other unreadable object has no row in the merge
                }

        return true;
    }

    private async Task<RepairedWindow> StoreAsync(SegmentName name, OpenSegment rows, int count, CancellationToken cancellation)
    {
        var key = ObjectKey.Segment(prefix, name);
        using var packed = Pack(rows, out var sha256);
        var outcome = await store.PutAsync(key, packed, new(sha256, count, ObjectMetadata.FormatVersion, ProofGrade.Chain), cancellation);
        return new(key, count, outcome == PutOutcome.Stored);
    }

    /// <summary>Compresses as the recorder does, with the same gzip members, so that the bytes are equal.</summary>
    private RowBuffer Pack(OpenSegment segment, out string sha256)
    {
        sha256 = segment.Packed?.Hash(segment.Rows) ?? RowCompression.Hash(segment.Rows);
        return segment.Packed?.Body(segment.Rows) ?? codec.Pack(segment.Rows);
    }

    /// <summary>
    /// Selects the rows of one window from a merged stream. As in the recorder, windows only move forward (rule T5 of <c>docs/proof.md</c>).
    /// </summary>
    private sealed class WindowRows(Window window, OpenSegment rows, SegmentOptions options, SegmentPacking packing)
    {
        /// <summary>An exchange time that is ahead by more than this ends the proof in the recorder.</summary>
        private readonly long tolerance = Micros.From(options.AheadTolerance);

        /// <summary>A chain must start this long before a window to prove its start.</summary>
        private readonly long settle = Micros.From(options.Settle);

        private long highest = long.MinValue;
        private long highestMicros = long.MinValue;
        private long? cursor;
        private long? began; // exchange time of the first event of the chain
        private bool broken;
        private SequenceRange? covered;
        private bool proven;

        public Window Window => window;

        /// <summary>The rows, by their ids.</summary>
        public Dictionary<SequenceRange, ReadOnlyMemory<byte>> Lines { get; } = [];

        /// <summary>The ids of the window once its end is proven; otherwise null.</summary>
        public SequenceRange? Range => proven && !broken ? covered : null;

        /// <summary>Adds the next event; false when no more events are needed.</summary>
        public bool Take(in MarketEvent next)
        {
            if (next.Kind != MarketEventKind.Row || next.Range is not { } range)
            {
                Forget();
                return covered is null;
            }

            if (cursor is { } upTo && range.After != upTo)
                Forget(); // overlap: two connections group the ids differently
            cursor = range.UpTo;
            began ??= next.Micros;
            highest = Math.Max(highest, Window.Of(next.Micros, window.Minutes).StartMicros);
            broken |= covered is not null && next.Micros < highestMicros - tolerance;
            highestMicros = Math.Max(highestMicros, next.Micros);
            if (highest < window.StartMicros)
                return true;
            if (highest > window.StartMicros)
            {
                proven = covered is not null;
                return false;
            }

            if (began > window.StartMicros - settle)
                return false; // the start of the window is not proven
            covered = new(covered?.After ?? range.After, range.UpTo);
            rows.Rows.Append(next.Row.Span);
            rows.Rows.Append("\n"u8);
            rows.Cut(packing);
            Lines[range] = next.Row;
            return true;
        }

        /// <summary>Ends the chain: the events before it prove nothing any more.</summary>
        private void Forget()
        {
            broken |= covered is not null;
            began = null;
        }
    }
}

/// <summary>A window that is now whole.</summary>
/// <param name="Key">The key of its object.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Written">False when the object already existed.</param>
public sealed record RepairedWindow(string Key, int Rows, bool Written);
