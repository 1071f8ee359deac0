using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Joins runs of rows without sequence ids. Two runs are joined where the end of one equals the start of the other, if at least three rows are equal
/// and only one such overlap exists (equal rows are legal). Otherwise only the rows of the second run that are later than the first run are appended, and
/// those that have its last time and are not among its rows: the exchange time of a connection may stay the same for several rows.
/// </summary>
internal static class OverlapJoin
{
    /// <summary>Minimum number of equal rows that join two runs.</summary>
    public const int MinOverlap = 3;

    /// <summary>Joins the runs. Runs of which all rows have the same time are joined in the given order.</summary>
    public static IReadOnlyList<LoadedRow> Join(IEnumerable<IReadOnlyCollection<LoadedRow>> collections)
    {
        var joined = new List<LoadedRow>();
        var runs = collections.Select(rows => rows as IReadOnlyList<LoadedRow> ?? [.. rows]);
        foreach (var run in runs.Where(run => run.Count > 0).OrderBy(run => run[0].Micros).ThenByDescending(run => HasOneTime(run) ? int.MaxValue : run.Count))
            if (joined.Count == 0)
                joined.AddRange(run);
            else if (!Contains(joined, run))
                joined.AddRange(FindOverlap(joined, run) is { } length ? run.Skip(length) : SelectLater(joined, run));
        return joined;
    }

    private static bool HasOneTime(IReadOnlyList<LoadedRow> run) => run.All(row => row.Micros == run[0].Micros);

    private static List<LoadedRow> SelectLater(List<LoadedRow> joined, IReadOnlyList<LoadedRow> run)
    {
        var last = joined.Max(row => row.Micros);
        var atLast = new RowCounts(joined.Where(row => row.Micros == last).Select(row => row.Line));
        return [.. run.TakeWhile(row => row.Micros <= last).Where(row => row.Micros == last && !atLast.TryRemove(row.Line)), .. run.SkipWhile(row => row.Micros <= last)];
    }

    /// <summary>
    /// Number of rows at the start of the run that are equal to the end of the joined rows; null when there is none or more than one solution.
    /// </summary>
    private static int? FindOverlap(List<LoadedRow> joined, IReadOnlyList<LoadedRow> run)
    {
        int? found = null;
        for (var length = Math.Min(joined.Count, run.Count); length >= MinOverlap; length--)
        {
            if (!MatchesAt(joined, joined.Count - length, run, length))
                continue;
            if (found is not null)
                return null;
            found = length;
        }

        return found;
    }

    private static bool Contains(List<LoadedRow> joined, IReadOnlyList<LoadedRow> run)
    {
        for (var start = 0; start + run.Count <= joined.Count; start++)
            if (MatchesAt(joined, start, run, run.Count))
                return true;
        return false;
    }

    private static bool MatchesAt(List<LoadedRow> joined, int start, IReadOnlyList<LoadedRow> run, int length)
    {
        for (var i = 0; i < length; i++)
            if (!joined[start + i].Line.Span.SequenceEqual(run[i].Line.Span))
                return false;
        return true;
    }
}
