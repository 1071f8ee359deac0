using System.IO.Hashing;

namespace Ingester.Reading.Merging;

/// <summary>
/// Aligns what two replicas received of the same stream. Both received the events in the same order, and each may have missed some: the result has
/// the events of both, the common ones once. Rows are compared by their content, and different events often have the same content. Therefore, where
/// the histories differ, the nearest place is used where many rows are equal again, and only what is between is aligned by fewer equal rows.
/// </summary>
internal sealed class HistoryAlignment
{
    /// <summary>Numbers of equal rows that join the histories again. Where a history ends, a quarter is enough.</summary>
    private static readonly int[] Lengths = [64, 16, 4];

    private readonly IReadOnlyList<HistoryRow> one;
    private readonly IReadOnlyList<HistoryRow> two;
    private readonly ulong[] hashesOfOne;
    private readonly ulong[] hashesOfTwo;
    private readonly ILookup<ulong, int> placesInTwo;
    private readonly List<HistoryRow> merged;

    private HistoryAlignment(IReadOnlyList<HistoryRow> one, IReadOnlyList<HistoryRow> two)
    {
        (this.one, this.two) = (one, two);
        (hashesOfOne, hashesOfTwo) = (Hash(one), Hash(two));
        placesInTwo = Enumerable.Range(0, two.Count).ToLookup(place => hashesOfTwo[place]);
        merged = new(Math.Max(one.Count, two.Count));
    }

    /// <summary>Merges two histories. Where both have rows that the other lacks, those with the earlier first time come first.</summary>
    public static IReadOnlyList<HistoryRow> Merge(IReadOnlyList<HistoryRow> one, IReadOnlyList<HistoryRow> two)
    {
        var alignment = new HistoryAlignment(one, two);
        alignment.Align(0, one.Count, 0, two.Count, 0);
        return alignment.merged;
    }

    /// <summary>Aligns a part of each history.</summary>
    /// <param name="i">First row of the one.</param>
    /// <param name="endOfOne">The row after its last one.</param>
    /// <param name="j">First row of the other.</param>
    /// <param name="endOfTwo">The row after its last one.</param>
    /// <param name="level">Index into <see cref="Lengths"/>.</param>
    private void Align(int i, int endOfOne, int j, int endOfTwo, int level)
    {
        while (i < endOfOne && j < endOfTwo)
        {
            if (hashesOfOne[i] == hashesOfTwo[j])
            {
                var (row, same) = (one[i++], two[j++]);
                merged.Add(same.Window.StartMicros < row.Window.StartMicros ? same : row);
                continue;
            }

            if (level == Lengths.Length)
                break;
            var (nextOfOne, nextOfTwo) = FindNextEqual(i, endOfOne, j, endOfTwo, Lengths[level]);
            Align(i, nextOfOne, j, nextOfTwo, level + 1);
            (i, j) = (nextOfOne, nextOfTwo);
        }

        if (i < endOfOne && j < endOfTwo && two[j].Row.Micros < one[i].Row.Micros)
        {
            Add(two, j, endOfTwo);
            Add(one, i, endOfOne);
        }
        else
        {
            Add(one, i, endOfOne);
            Add(two, j, endOfTwo);
        }
    }

    private void Add(IReadOnlyList<HistoryRow> rows, int from, int end)
    {
        for (; from < end; from++)
            merged.Add(rows[from]);
    }

    /// <summary>The next rows from which on the parts are equal, with the fewest rows that have no equal; the ends of the parts when there are none.</summary>
    private (int One, int Two) FindNextEqual(int i, int endOfOne, int j, int endOfTwo, int length)
    {
        var best = (One: endOfOne, Two: endOfTwo);
        var fewest = endOfOne - i + endOfTwo - j;
        for (var next = i; next < endOfOne && next - i < fewest; next++)
            foreach (var place in placesInTwo[hashesOfOne[next]])
            {
                var skipped = next - i + place - j;
                if (skipped >= fewest || place >= endOfTwo)
                    break;
                if (place >= j && CountLeft(next, endOfOne, place, endOfTwo, length) is { } left && skipped + left < fewest)
                    (best, fewest) = ((next, place), skipped + left);
            }

        return best;
    }

    /// <summary>
    /// The rows that are left of the longer part when the parts are equal to the end of the shorter one; 0 when they are equal for the length before. Null when they are not
    /// equal.
    /// </summary>
    private int? CountLeft(int i, int endOfOne, int j, int endOfTwo, int length)
    {
        var compared = Math.Min(length, Math.Min(endOfOne - i, endOfTwo - j));
        if (compared < length / 4 || !hashesOfOne.AsSpan(i, compared).SequenceEqual(hashesOfTwo.AsSpan(j, compared)))
            return null;
        return compared == length ? 0 : endOfOne - i + endOfTwo - j - 2 * compared;
    }

    /// <summary>Hashes of the content of the rows: everything but the time, which each replica derives for itself.</summary>
    private static ulong[] Hash(IReadOnlyList<HistoryRow> rows) => [.. rows.Select(static row => XxHash3.HashToUInt64(WithoutTime(row.Row.Line.Span)))];

    private static ReadOnlySpan<byte> WithoutTime(ReadOnlySpan<byte> line)
    {
        var content = line.StartsWith("{\"ts\":"u8) && line.IndexOf((byte)',') is > 0 and var start ? line[start..] : line;
        return content.LastIndexOf(",\"time\":\""u8) is > 0 and var end ? content[..end] : content;
    }
}
