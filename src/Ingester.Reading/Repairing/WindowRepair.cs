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
/// Makes windows whole that no replica saw whole: where fragments together prove a window complete, the whole object is written, with exactly the
/// rows of a replica that missed nothing, under the same key. What cannot be shown to be that is left alone.
/// </summary>
/// <param name="store">Where objects are read and written.</param>
/// <param name="prefix">What every key begins with.</param>
/// <param name="segments">How the recorders cut streams.</param>
internal sealed class WindowRepair(IObjectStore store, string prefix, SegmentOptions segments)
{
    /// <summary>Events of the neighbouring windows prove the edges; of a quiet market, those of some hours.</summary>
    private const long Around = 120 * Window.MicrosPerMinute;

    private readonly StreamMerge merge = new(store, prefix);

    private readonly IRowCodec codec = RowCodec.For(new());
    private readonly List<string> unreadable = [];

    /// <summary>Objects that could not be used, each a sentence.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <summary>Makes one window whole; null when it cannot be shown what a replica that missed nothing would have written.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="window">The window.</param>
    /// <param name="foreign">Ranges whose rows no replica would have written so.</param>
    /// <param name="cancellation">Stops the repair.</param>
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
    /// True when every segment of the window has its rows as the united ones are: connections that cut the sequence differently, or have other digits, differ
    /// where they saw the same.
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
                        return false; // what it holds may differ; otherwise none of its rows is among the united ones
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

    /// <summary>As the recorder packs: in the same pieces, so that the bytes are the same.</summary>
    private RowBuffer Pack(OpenSegment segment, out string sha256)
    {
        sha256 = segment.Packed?.Hash(segment.Rows) ?? RowCompression.Hash(segment.Rows);
        return segment.Packed?.Body(segment.Rows) ?? codec.Pack(segment.Rows);
    }

    /// <summary>Picks the rows of one window out of a merged stream, by the recorder's rule that windows only move forward.</summary>
    private sealed class WindowRows(Window window, OpenSegment rows, SegmentOptions options, SegmentPacking packing)
    {
        /// <summary>An exchange's clock that was ahead by more than this made the recorder doubt the window.</summary>
        private readonly long tolerance = Micros.From(options.AheadTolerance);

        /// <summary>The recorder counts a run as unbroken at a window's start only when it began so long before.</summary>
        private readonly long settle = Micros.From(options.Settle);

        private long highest = long.MinValue;
        private long highestMicros = long.MinValue;
        private long? cursor;
        private long? began; // exchange time of the first event of the chain
        private bool broken;
        private SequenceRange? covered;
        private bool proven;

        public Window Window => window;

        /// <summary>The rows, by what they cover.</summary>
        public Dictionary<SequenceRange, ReadOnlyMemory<byte>> Lines { get; } = [];

        /// <summary>What the window covers, once its end is proven; null while it is not, and when it cannot be.</summary>
        public SequenceRange? Range => proven && !broken ? covered : null;

        /// <summary>Takes what comes next; false when nothing more is needed.</summary>
        public bool Take(in MarketEvent next)
        {
            if (next.Kind != MarketEventKind.Row || next.Range is not { } range)
            {
                Forget();
                return covered is null;
            }

            if (cursor is { } upTo && range.After != upTo)
                Forget(); // it overlaps: two connections that cut the sequence differently
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
                return false; // its beginning is not proven
            covered = new(covered?.After ?? range.After, range.UpTo);
            rows.Rows.Append(next.Row.Span);
            rows.Rows.Append("\n"u8);
            rows.Cut(packing);
            Lines[range] = next.Row;
            return true;
        }

        /// <summary>The chain is torn: what came before proves nothing.</summary>
        private void Forget()
        {
            broken |= covered is not null;
            began = null;
        }
    }
}

/// <summary>A window that is whole now.</summary>
/// <param name="Key">Its object.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="Written">False when somebody had made it whole already.</param>
public sealed record RepairedWindow(string Key, int Rows, bool Written);
