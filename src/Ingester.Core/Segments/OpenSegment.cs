using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>A segment to which events are still appended.</summary>
/// <param name="window">The window of all its events.</param>
/// <param name="isStartProven">True when no event of the window can be missing before the segment's first event.</param>
internal sealed class OpenSegment(Window window, bool isStartProven)
{
    private (long Opened, long Grew) activity; // local times of the first and the last event
    private long? storedUpTo;
    private long storedMicros;

    /// <summary>The window of all its events.</summary>
    public Window Window { get; private set; } = window;

    /// <summary>True when no event of the window can be missing before the segment's first event.</summary>
    public bool IsStartProven { get; private set; } = isStartProven;

    /// <summary>The rows that are not compressed yet.</summary>
    public RowBuffer Rows { get; private set; } = new();

    /// <summary>The earlier rows, compressed while the segment is open; null for none.</summary>
    public CompressedRows? CompressedRows { get; private set; }

    /// <summary>When the events were received that were not submitted with an earlier fragment of the segment; null for none.</summary>
    public ReceiveTimes? Received { get; private set; }

    /// <summary>Length of all rows in bytes.</summary>
    public long Length => (CompressedRows?.Length ?? 0) + Rows.Length;

    /// <summary>Number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The sequence range of its events; null when there is none.</summary>
    public SequenceRange? Range { get; private set; }

    /// <summary>Exchange time of its first event.</summary>
    public long FirstMicros { get; private set; }

    /// <summary>The highest exchange time of its events.</summary>
    public long LastMicros { get; private set; }

    /// <summary>True when the segment can only become a fragment.</summary>
    public bool IsTainted { get; set; }

    /// <summary>True when the checksum of a diff of a later window matched: no diff is missing before it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>The grade if the segment becomes whole; <see cref="ProofGrade.None"/> when it is not known.</summary>
    public ProofGrade Grade { get; set; }

    /// <summary>Number of its events that are already stored, as the fragment of a held segment.</summary>
    public int StoredCount { get; private set; }

    /// <summary>
    /// The part that is not stored yet: its sequence range (null when there is none), and the exchange time since which events are lost if the
    /// segment is dropped.
    /// </summary>
    public (SequenceRange? Range, long FromMicros) Unstored => StoredCount == 0
        ? (Range, FirstMicros)
        : (storedUpTo is { } stored && Range is { } range ? new(stored, range.UpTo) : null, storedMicros);

    /// <summary>
    /// Reuses the object for the next segment after its rows were handed to another owner. Ten thousand streams open a segment at the same minute;
    /// reuse avoids ten thousand allocations.
    /// </summary>
    public void Reuse(Window next, bool proven)
    {
        Rows = new();
        (Window, IsStartProven, CompressedRows, Received) = (next, proven, null, null);
        (Count, StoredCount, Range, FirstMicros, LastMicros) = (0, 0, null, 0, 0);
        (IsTainted, IsConfirmed, Grade) = (false, false, ProofGrade.None);
        (activity, storedUpTo, storedMicros) = (default, null, 0);
    }

    /// <summary>Queues the rows for compression when they fill a piece.</summary>
    public void QueueFullPiece(SegmentCompression packing)
    {
        if (Rows.Length < SegmentCompression.PieceBytes)
            return;
        CompressedRows ??= new(packing.Codec);
        CompressedRows.Add(Rows);
        Rows = new();
        packing.Enqueue(CompressedRows);
    }

    /// <summary>Frees the rows.</summary>
    public void DisposeRows()
    {
        Rows.Dispose();
        CompressedRows?.Dispose();
        Received?.Dispose();
    }

    /// <summary>The receive times belong to another owner now; those of later events are collected separately.</summary>
    public void ForgetReceived() => Received = null;

    /// <summary>Adds the receive time of the event that was counted last, if it is recorded.</summary>
    public void AddReceived(SequenceRange? range, in Arrival arrival)
    {
        if (arrival.ReceivedMicros > 0)
            (Received ??= new()).Add(range?.UpTo, arrival.ReceivedMicros, arrival.Delay);
    }

    /// <summary>Marks all events so far as stored in a fragment.</summary>
    public void MarkStored()
    {
        StoredCount = Count;
        storedUpTo = Range?.UpTo;
        storedMicros = LastMicros;
    }

    /// <summary>
    /// True when the window has been over, and no event was added, for a span. When the local clock is ahead, a growing segment is therefore not
    /// stored again and again.
    /// </summary>
    public bool IsOverdue(long now, long span) => (IsStuck(now, span) || Window.EndMicros <= now - span) && activity.Grew <= now - span;

    /// <summary>
    /// True when it has been open for its window's length plus a span, so that it should have been closed. When the local clock is behind, events of
    /// later windows are not plausible and do not close it.
    /// </summary>
    public bool IsStuck(long now, long span)
    {
        activity = (Math.Min(activity.Opened, now), Math.Min(activity.Grew, now));
        return activity.Opened <= now - span - (Window.EndMicros - Window.StartMicros);
    }

    /// <summary>Counts one event, whose row is written next.</summary>
    /// <param name="range">Its sequence range; null when there is none.</param>
    /// <param name="micros">Its exchange time.</param>
    /// <param name="now">The local clock; not used when the segment is sealed immediately.</param>
    public void Extend(SequenceRange? range, long micros, long now = 0)
    {
        activity.Grew = now;
        if (Count++ == 0)
            (FirstMicros, LastMicros, Range, activity.Opened) = (micros, micros, range, now);
        LastMicros = Math.Max(LastMicros, micros);
        if (Range is { } covered && range is { } next)
            Range = new(covered.After, Math.Max(covered.UpTo, next.UpTo));
    }
}
