using System.Runtime.InteropServices;

namespace Ingester.Core.Sequencing;

/// <summary>
/// The recorded ids of a stream, as disjoint intervals in ascending order. At most <see cref="MaxIntervals"/> are kept; the lowest is discarded
/// first. Discarded ids count as not recorded: such an event is stored again, not dropped (rules S2 and S4 of <c>docs/proof.md</c>).
/// </summary>
internal sealed class RecordedRanges
{
    /// <summary>Maximum number of intervals; more mean a stream with very many gaps.</summary>
    public const int MaxIntervals = 128;

    private readonly List<SequenceRange> intervals = [];
    private int lastGrown; // the interval that grew last, and is most likely to grow next

    /// <summary>The intervals in ascending order.</summary>
    public IReadOnlyList<SequenceRange> Intervals => intervals;

    /// <summary>The id before the lowest id that is known to be recorded; null before the first.</summary>
    public long? Lowest => intervals.Count > 0 ? intervals[0].After : null;

    /// <summary>Removes all intervals.</summary>
    public void Clear() => intervals.Clear();

    /// <summary>Adds a range.</summary>
    public void Add(SequenceRange range)
    {
        if (lastGrown < intervals.Count && intervals[lastGrown].UpTo == range.After && (lastGrown + 1 == intervals.Count || intervals[lastGrown + 1].After > range.UpTo))
        {
            CollectionsMarshal.AsSpan(intervals)[lastGrown] = new(intervals[lastGrown].After, range.UpTo);
            return;
        }

        if (range.Length > 0)
            Insert(range);
    }

    /// <summary>The first part of a range that is not recorded; null when all of it is.</summary>
    public SequenceRange? FirstMissing(SequenceRange range)
    {
        var after = range.After;
        foreach (var interval in intervals)
        {
            if (interval.UpTo <= after)
                continue;
            if (interval.After > after)
                return after < range.UpTo ? new(after, Math.Min(interval.After, range.UpTo)) : null;
            after = interval.UpTo;
        }

        return after < range.UpTo ? new(after, range.UpTo) : null;
    }

    private void Insert(SequenceRange range)
    {
        var from = intervals.FindIndex(interval => interval.UpTo >= range.After);
        from = from < 0 ? intervals.Count : from;
        var to = from;
        var (after, upTo) = (range.After, range.UpTo);
        for (; to < intervals.Count && intervals[to].After <= range.UpTo; to++)
            (after, upTo) = (Math.Min(after, intervals[to].After), Math.Max(upTo, intervals[to].UpTo));
        intervals.RemoveRange(from, to - from);
        intervals.Insert(from, new(after, upTo));
        lastGrown = from;
        if (intervals.Count <= MaxIntervals)
            return;
        var forgotten = from == 0 ? 1 : 0;
        intervals.RemoveAt(forgotten);
        lastGrown -= forgotten < from ? 1 : 0;
    }
}
