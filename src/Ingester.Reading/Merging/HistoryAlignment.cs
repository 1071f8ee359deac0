using System.IO.Hashing;

namespace Ingester.Reading.Merging;

/// <summary>
/// Aligns what two replicas received of the same stream. Both received the events in the same order, and each may have missed some: the result has
/// the events of both, the common ones once. Rows are compared by their content. After a difference both continue where three rows are equal again,
/// with the fewest rows skipped. Fewer equal rows are enough only where there is no such place and one of the histories ends.
/// </summary>
internal static class HistoryAlignment
{
    private const int MaxEqual = 3;

    /// <summary>Merges the rows of another replica into those already merged. Where both have rows that the other lacks, those with the earlier first time come first.</summary>
    public static IReadOnlyList<HistoryRow> Merge(IReadOnlyList<HistoryRow> merged, IReadOnlyList<HistoryRow> other)
    {
        var (one, two) = (new Contents(merged), new Contents(other));
        var result = new List<HistoryRow>(Math.Max(merged.Count, other.Count));
        var (i, j) = (0, 0);
        while (i < merged.Count && j < other.Count)
        {
            if (one.Hashes[i] == two.Hashes[j])
            {
                var (row, same) = (merged[i++], other[j++]);
                result.Add(same.Window.StartMicros < row.Window.StartMicros ? same : row);
                continue;
            }

            var (skippedOne, skippedTwo) = FindNextEqual(one, i, two, j);
            var (missedByTwo, missedByOne) = (merged.Skip(i).Take(skippedOne), other.Skip(j).Take(skippedTwo));
            result.AddRange(skippedOne > 0 && skippedTwo > 0 && other[j].Row.Micros < merged[i].Row.Micros ? [.. missedByOne, .. missedByTwo] : [.. missedByTwo, .. missedByOne]);
            (i, j) = (i + skippedOne, j + skippedTwo);
        }

        for (; i < merged.Count; i++)
            result.Add(merged[i]);
        for (; j < other.Count; j++)
            result.Add(other[j]);
        return result;
    }

    /// <summary>The fewest rows to skip in both until their content is equal again; all rows when it never is.</summary>
    private static (int One, int Two) FindNextEqual(Contents one, int from, Contents two, int to)
    {
        var all = (One: one.Hashes.Length - from, Two: two.Hashes.Length - to);
        for (var length = MaxEqual; length > 0; length--)
        {
            var best = all;
            for (var skipped = 0; skipped < best.One + best.Two && from + skipped < one.Hashes.Length; skipped++)
                if (two.FindRun(one.Hashes.AsSpan(from + skipped), to, length) is { } at && skipped + at - to < best.One + best.Two)
                    best = (skipped, at - to);
            if (best != all)
                return best;
        }

        return all;
    }

    /// <summary>The content of the rows: everything but their time, which each replica derives for itself.</summary>
    private sealed class Contents
    {
        private readonly ILookup<ulong, int> places;

        public Contents(IReadOnlyList<HistoryRow> rows)
        {
            Hashes = [.. rows.Select(row => XxHash3.HashToUInt64(WithoutTime(row.Row.Line.Span)))];
            places = Enumerable.Range(0, Hashes.Length).ToLookup(index => Hashes[index]);
        }

        public ulong[] Hashes { get; }

        /// <summary>The first place, from a place on, where the first rows of a run are; fewer than <see cref="MaxEqual"/> only at the end of either.</summary>
        public int? FindRun(ReadOnlySpan<ulong> run, int from, int length)
        {
            if (run.Length < length)
                return null;
            foreach (var place in places[run[0]])
                if (place >= from && Hashes.Length - place >= length && (length == MaxEqual || run.Length == length || Hashes.Length - place == length)
                    && Hashes.AsSpan(place, length).SequenceEqual(run[..length]))
                    return place;
            return null;
        }

        private static ReadOnlySpan<byte> WithoutTime(ReadOnlySpan<byte> line)
        {
            var content = line.StartsWith("{\"ts\":"u8) && line.IndexOf((byte)',') is > 0 and var start ? line[start..] : line;
            return content.LastIndexOf(",\"time\":\""u8) is > 0 and var end ? content[..end] : content;
        }
    }
}
