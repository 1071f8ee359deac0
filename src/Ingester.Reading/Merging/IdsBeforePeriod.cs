using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// The ids of the segments before a period. A replica whose clock is slow may store an event in a window that is hours before the window of the event's time. If the
/// period begins between the two windows, the merge knows the id before it reaches the period, and the period must still return the event.
/// </summary>
internal sealed class IdsBeforePeriod
{
    private readonly List<(SequenceRange Ids, long EndMicros)> segments = [];
    private readonly KnownRanges ids = new();
    private readonly KnownRanges returned = new();
    private readonly HashSet<ulong> returnedRows = [];

    /// <summary>Adds a segment before the period, which was merged.</summary>
    public void Add(SegmentKey name)
    {
        segments.Add((name.Range!.Value, name.Window.EndMicros));
        ids.Add(name.Range.Value);
    }

    /// <summary>Forgets all segments, for a new numbering.</summary>
    public void Clear()
    {
        segments.Clear();
        ids.Clear();
        returned.Clear();
        returnedRows.Clear();
    }

    /// <summary>
    /// True for a row of the period whose ids were merged before the period, all of them farther before its window than segments are compared, and that was not returned
    /// in the period.
    /// </summary>
    public bool MustReturn(in LoadedRow row, SequenceRange range, Window window)
    {
        if (segments.Count == 0 || !ids.Covers(range) || returned.Covers(range) || returnedRows.Contains(row.ContentHash))
            return false;
        foreach (var (known, end) in segments)
            if (known.After < range.UpTo && known.UpTo > range.After && end >= window.StartMicros - SegmentQueue.LookAhead)
                return false;
        return true;
    }

    /// <summary>A row of the period is returned in the order of its ids.</summary>
    public void MarkReturned(in LoadedRow row, SequenceRange range)
    {
        if (segments.Count == 0 || !ids.Covers(range))
            return;
        returned.Add(range);
        returnedRows.Add(row.ContentHash);
    }

    /// <summary>True if a row of the period that is not in the order of ids was not returned yet; it counts as returned then.</summary>
    public bool TryReturnInPlace(in LoadedRow row) => segments.Count == 0 || row.Range is not { } range || !ids.Covers(range) || returnedRows.Add(row.ContentHash);
}
