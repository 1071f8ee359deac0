using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Joins runs of rows without sequence ids. Two runs are joined where the end of one equals the start of the other, if at least three rows are equal
/// and only one such overlap exists (equal rows are legal). Otherwise only the rows of the second run that are later than the first run are appended.
/// </summary>
internal static class OverlapJoin
{
    /// <summary>Minimum number of equal rows that join two runs.</summary>
    public const int MinOverlap = 3;

    /// <summary>Joins the runs.</summary>
    public static IReadOnlyList<LoadedRow> Join(IEnumerable<IReadOnlyCollection<LoadedRow>> collections)
    {
        var joined = new List<LoadedRow>();
        var runs = collections.Select(rows => rows as IReadOnlyList<LoadedRow> ?? [.. rows]);
        foreach (var run in runs.Where(run => run.Count > 0).OrderBy(run => run[0].Micros).ThenByDescending(run => run.Count))
            if (joined.Count == 0)
                joined.AddRange(run);
            else if (!Contains(joined, run))
                joined.AddRange(run.Skip(FindOverlap(joined, run) ?? IndexOfFirstLater(joined, run)));
        return joined;
    }

    /// <summary>
    /// Joins the fragments that one replica stored of a window, in the order in which it stored them. They follow each other, so that rows with the time
    /// of the last row are different events. A fragment that another one begins with is a copy that was stored while the window was held.
    /// </summary>
    public static IReadOnlyList<LoadedRow> JoinOfReplica(IReadOnlyList<IReadOnlyList<LoadedRow>> fragments)
    {
        var joined = new List<LoadedRow>();
        foreach (var fragment in fragments.Where(fragment => fragment.Count > 0).OrderBy(fragment => fragment[0].Micros))
            if (!IsRepeated(fragment))
                joined.AddRange(joined.Count == 0 ? fragment : fragment.Skip(FindOverlap(joined, fragment) ?? IndexOfFirstLater(joined, fragment, orEqual: true)));
        return joined;

        bool IsRepeated(IReadOnlyList<LoadedRow> fragment) =>
            fragments.Any(other => other.Count > fragment.Count && MatchesAt(other, 0, fragment, fragment.Count)) || (fragment.Count >= MinOverlap && Contains(joined, fragment));
    }

    private static int IndexOfFirstLater(List<LoadedRow> joined, IReadOnlyList<LoadedRow> run, bool orEqual = false)
    {
        var last = joined.Max(row => row.Micros);
        var index = 0;
        while (index < run.Count && (run[index].Micros < last || (run[index].Micros == last && !orEqual)))
            index++;
        return index;
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

    private static bool MatchesAt(IReadOnlyList<LoadedRow> joined, int start, IReadOnlyList<LoadedRow> run, int length)
    {
        for (var i = 0; i < length; i++)
            if (!joined[start + i].Line.Span.SequenceEqual(run[i].Line.Span))
                return false;
        return true;
    }
}
