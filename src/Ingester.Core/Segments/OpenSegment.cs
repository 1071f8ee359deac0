using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>A segment that events are still added to.</summary>
/// <param name="window">The window of all its events.</param>
/// <param name="leftProven">True when nothing of the window can be missing before its first event.</param>
internal sealed class OpenSegment(Window window, bool leftProven)
{
    private (long Opened, long Grew) at; // by the local clock: when its first event was added, and its last
    private long? storedUpTo;
    private long storedMicros;

    /// <summary>The window of all its events.</summary>
    public Window Window { get; private set; } = window;

    /// <summary>True when nothing of the window can be missing before its first event.</summary>
    public bool LeftProven { get; private set; } = leftProven;

    /// <summary>The rows, but for those that are packed.</summary>
    public RowBuffer Rows { get; private set; } = new();

    /// <summary>The rows before them, packed while the segment is open; null for none.</summary>
    public PackedRows? Packed { get; private set; }

    /// <summary>How many bytes all rows have.</summary>
    public long Length => (Packed?.Length ?? 0) + Rows.Length;

    /// <summary>How many events it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The sequence that its events cover; null where there is none.</summary>
    public SequenceRange? Range { get; private set; }

    /// <summary>The exchange time of its first event.</summary>
    public long FirstMicros { get; private set; }

    /// <summary>The highest exchange time of its events.</summary>
    public long LastMicros { get; private set; }

    /// <summary>True when something happened after which it can only be a fragment.</summary>
    public bool Tainted { get; set; }

    /// <summary>True when a change of a later window came with which the exchange's checksum held: nothing is missing before that.</summary>
    public bool Confirmed { get; set; }

    /// <summary>How much it proves when it is whole; <see cref="ProofGrade.None"/> where that is not known.</summary>
    public ProofGrade Grade { get; set; }

    /// <summary>How many of its events are stored already, as the fragment of a held segment.</summary>
    public int StoredCount { get; private set; }

    /// <summary>What is not stored that way: its range, null where there is none, and the time from which on it was lost if nothing has room for it.</summary>
    public (SequenceRange? Range, long FromMicros) Rest => StoredCount == 0
        ? (Range, FirstMicros)
        : (storedUpTo is { } stored && Range is { } range ? new(stored, range.UpTo) : null, storedMicros);

    /// <summary>
    /// The rows have another owner: it is the next segment now, without events. Ten thousand streams open one at a minute's edge, and each new object is one
    /// that the garbage collector moves then.
    /// </summary>
    public void BeginAnew(Window next, bool proven)
    {
        Rows = new();
        (Window, LeftProven, Packed) = (next, proven, null);
        (Count, StoredCount, Range, FirstMicros, LastMicros) = (0, 0, null, 0, 0);
        (Tainted, Confirmed, Grade) = (false, false, ProofGrade.None);
        (at, storedUpTo, storedMicros) = (default, null, 0);
    }

    /// <summary>Hands the rows over to be packed, once they are a full piece.</summary>
    public void Cut(SegmentPacking packing)
    {
        if (Rows.Length < SegmentPacking.PieceBytes)
            return;
        Packed ??= new(packing.Codec);
        Packed.Add(Rows);
        Rows = new();
        packing.Queue(Packed);
    }

    /// <summary>Nobody needs its rows any more.</summary>
    public void Drop()
    {
        Rows.Dispose();
        Packed?.Dispose();
    }

    /// <summary>All events so far are stored as a fragment.</summary>
    public void MarkStored()
    {
        StoredCount = Count;
        storedUpTo = Range?.UpTo;
        storedMicros = LastMicros;
    }

    /// <summary>
    /// True when its window has been over for a span and nothing was added for as long: where the local clock is ahead, a segment that grows is not
    /// stored anew again and again.
    /// </summary>
    public bool IsOverdue(long now, long span) => (IsStuck(now, span) || Window.EndMicros <= now - span) && at.Grew <= now - span;

    /// <summary>
    /// True when it has been open for a span longer than its window is, so that it should have been closed: where the local clock is behind, nothing that
    /// comes is believed to be of a later window.
    /// </summary>
    public bool IsStuck(long now, long span)
    {
        at = (Math.Min(at.Opened, now), Math.Min(at.Grew, now));
        return at.Opened <= now - span - (Window.EndMicros - Window.StartMicros);
    }

    /// <summary>Counts one event in, whose row is written next.</summary>
    /// <param name="range">Its sequence; null where there is none.</param>
    /// <param name="micros">Its exchange time.</param>
    /// <param name="now">The local clock; of no use where the segment is sealed at once.</param>
    public void Extend(SequenceRange? range, long micros, long now = 0)
    {
        at.Grew = now;
        if (Count++ == 0)
            (FirstMicros, LastMicros, Range, at.Opened) = (micros, micros, range, now);
        LastMicros = Math.Max(LastMicros, micros);
        if (Range is { } covered && range is { } next)
            Range = new(covered.After, Math.Max(covered.UpTo, next.UpTo));
    }
}
