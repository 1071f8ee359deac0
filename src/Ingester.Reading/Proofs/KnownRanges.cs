using Ingester.Core.Sequencing;

namespace Ingester.Reading.Proofs;

/// <summary>A set of ids of one numbering: sorted intervals that are not adjacent.</summary>
internal sealed class KnownRanges
{
    private readonly List<SequenceRange> ranges = [];

    /// <summary>A set with the same ids.</summary>
    public KnownRanges Copy()
    {
        var copy = new KnownRanges();
        copy.ranges.AddRange(ranges);
        return copy;
    }

    /// <summary>Removes all ids.</summary>
    public void Clear() => ranges.Clear();

    /// <summary>Adds a range.</summary>
    public void Add(SequenceRange range)
    {
        var first = FirstThatEndsAt(range.After);
        var last = first;
        for (; last < ranges.Count && ranges[last].After <= range.UpTo; last++)
            range = new(Math.Min(range.After, ranges[last].After), Math.Max(range.UpTo, ranges[last].UpTo));
        if (last == first + 1)
        {
            ranges[first] = range; // the usual case: the range extends the last interval
            return;
        }

        ranges.RemoveRange(first, last - first);
        ranges.Insert(first, range);
    }

    /// <summary>True when the set contains a complete range.</summary>
    public bool Covers(SequenceRange range)
    {
        var index = FirstThatEndsAt(range.UpTo);
        return index < ranges.Count && ranges[index].After <= range.After;
    }

    /// <summary>The parts of a range that the set does not contain.</summary>
    public IEnumerable<SequenceRange> Missing(SequenceRange range)
    {
        var after = range.After;
        for (var index = FirstThatEndsAt(range.After); index < ranges.Count && ranges[index].After < range.UpTo; index++)
        {
            if (ranges[index].After > after)
                yield return new(after, ranges[index].After);
            after = Math.Max(after, ranges[index].UpTo);
        }

        if (after < range.UpTo)
            yield return new(after, range.UpTo);
    }

    /// <summary>Index of the first interval that ends at an id or after it.</summary>
    private int FirstThatEndsAt(long id)
    {
        if (ranges.Count == 0 || ranges[^1].UpTo < id)
            return ranges.Count;
        var (low, high) = (0, ranges.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ranges[middle].UpTo < id)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
