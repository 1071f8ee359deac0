using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// The ids of the segments before a period. A replica whose clock is slow may store an event in a window hours before its own. A period that begins
/// between the two returns the event in its own window: without this, neither that period nor one that begins later than the clock was wrong has it.
/// </summary>
internal sealed class IdsBeforePeriod
{
    private readonly List<(SequenceRange Ids, long EndMicros)> segments = [];
    private readonly KnownRanges ids = new();
    private readonly KnownRanges returned = new();

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
    }

    /// <summary>True, once, for ids of a window in the period that only segments farther before that window have than segments are compared with each other.</summary>
    public bool TryRelease(SequenceRange range, Window window)
    {
        if (segments.Count == 0 || !ids.Covers(range) || returned.Covers(range))
            return false;
        foreach (var (known, end) in segments)
            if (known.After < range.UpTo && known.UpTo > range.After && end >= window.StartMicros - SegmentQueue.LookAhead)
                return false;
        returned.Add(range);
        return true;
    }
}
