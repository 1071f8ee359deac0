namespace Ingester.Core.Sequencing;

/// <summary>
/// Ranges above the head of a chain whose events are stored as detached rows and wait for confirmation no more. When the chain reaches such a range,
/// an event of that range with another row is a conflict (rule S3 of <c>docs/proof.md</c>).
/// </summary>
internal struct RangesAhead()
{
    private const int MaxRanges = 8; // each is one wrong id; the oldest is discarded first

    private List<SequenceRange>? ranges; // null until the first range, because most streams never have one

    /// <summary>The lowest beginning of the ranges; the highest number when there is none.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>Adds a range.</summary>
    public void Add(SequenceRange range)
    {
        ranges ??= [];
        if (ranges.Count == MaxRanges)
            ranges.RemoveAt(0);
        ranges.Add(range);
        First = ranges.Min(known => known.After);
    }

    /// <summary>True when exactly this range was added.</summary>
    public readonly bool Contains(SequenceRange range) => ranges?.Contains(range) == true;

    /// <summary>Removes the ranges that the chain has reached.</summary>
    /// <param name="head">The head of the chain.</param>
    public void RemoveReached(long head)
    {
        if (ranges?.RemoveAll(range => range.After < head) > 0)
            First = ranges.Select(range => range.After).DefaultIfEmpty(long.MaxValue).Min();
    }

    /// <summary>Removes all ranges.</summary>
    public void Clear()
    {
        ranges?.Clear();
        First = long.MaxValue;
    }
}
