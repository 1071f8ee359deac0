using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Unites runs of rows that carry no sequence. Two runs are joined where the end of one is the beginning of the other, by at least three equal rows
/// and in one way only (equal rows are legal); else what follows in time is appended, and what overlaps stays as the first run has it.
/// </summary>
internal static class RunJoin
{
    /// <summary>So many equal rows at least join two runs.</summary>
    public const int ShortestOverlap = 3;

    /// <summary>The united rows.</summary>
    public static IReadOnlyList<LoadedRow> Unite(IEnumerable<IReadOnlyCollection<LoadedRow>> collections)
    {
        var united = new List<LoadedRow>();
        var runs = collections.Select(rows => rows as IReadOnlyList<LoadedRow> ?? [.. rows]);
        foreach (var run in runs.Where(run => run.Count > 0).OrderBy(run => run[0].Micros).ThenByDescending(run => run.Count))
            if (united.Count == 0)
                united.AddRange(run);
            else if (!Contains(united, run))
                united.AddRange(run.Skip(Overlap(united, run) ?? LaterFrom(united, run)));
        return united;
    }

    private static int LaterFrom(List<LoadedRow> united, IReadOnlyList<LoadedRow> run)
    {
        var last = united.Max(row => row.Micros);
        var index = 0;
        while (index < run.Count && run[index].Micros <= last)
            index++;
        return index;
    }

    /// <summary>How many rows of the run are already there, at the end; null when that is not certain.</summary>
    private static int? Overlap(List<LoadedRow> united, IReadOnlyList<LoadedRow> run)
    {
        int? found = null;
        for (var length = Math.Min(united.Count, run.Count); length >= ShortestOverlap; length--)
        {
            if (!IsAt(united, united.Count - length, run, length))
                continue;
            if (found is not null)
                return null;
            found = length;
        }

        return found;
    }

    private static bool Contains(List<LoadedRow> united, IReadOnlyList<LoadedRow> run)
    {
        for (var start = 0; start + run.Count <= united.Count; start++)
            if (IsAt(united, start, run, run.Count))
                return true;
        return false;
    }

    private static bool IsAt(List<LoadedRow> united, int start, IReadOnlyList<LoadedRow> run, int length)
    {
        for (var i = 0; i < length; i++)
            if (!united[start + i].Line.Span.SequenceEqual(run[i].Line.Span))
                return false;
        return true;
    }
}
