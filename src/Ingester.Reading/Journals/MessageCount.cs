using Ingester.Core.Journals;
using Ingester.Core.Time;

namespace Ingester.Reading.Journals;

/// <summary>Number of messages of a stream in a period, according to the coverage.</summary>
/// <param name="AcrossReplicas">Total over all replicas.</param>
/// <param name="Merged">Total after merging: for each window the rows of a whole segment, otherwise those of the replica with the most rows.</param>
internal readonly record struct MessageCount(long AcrossReplicas, long Merged)
{
    /// <summary>Counts each segment once; for a held segment, its latest line counts.</summary>
    public static MessageCount Count(IReadOnlyList<CoverageRecord> lines, Period period)
    {
        var ordered = new List<CoverageRecord>(lines.Count);
        var sorted = true;
        foreach (var line in lines)
            if (line.Rows > 0 && period.Contains(line.Window.StartMicros))
            {
                sorted &= ordered.Count == 0 || ordered[^1].Window.StartMicros <= line.Window.StartMicros;
                ordered.Add(line);
            }

        if (!sorted) // corrections were written later
            ordered.Sort(static (one, other) => one.Window.StartMicros.CompareTo(other.Window.StartMicros));
        var total = default(MessageCount);
        var window = new List<CoverageRecord>(); // the segments of one window, each once: few
        for (var i = 0; i < ordered.Count; i++)
        {
            AddOrUpdate(window, ordered[i]);
            if (i + 1 < ordered.Count && ordered[i + 1].Window.StartMicros == ordered[i].Window.StartMicros)
                continue;
            total = new(total.AcrossReplicas + window.Sum(line => (long)line.Rows), total.Merged + CountMerged(window));
            window.Clear();
        }

        return total;
    }

    private static void AddOrUpdate(List<CoverageRecord> window, in CoverageRecord line)
    {
        for (var i = 0; i < window.Count; i++)
            if (window[i].Replica == line.Replica && window[i].Range?.After == line.Range?.After)
            {
                var whole = window[i].State == CoverageState.Whole || line.State == CoverageState.Whole;
                window[i] = (line.Rows > window[i].Rows ? line : window[i]) with { State = whole ? CoverageState.Whole : line.State };
                return;
            }

        window.Add(line);
    }

    private static long CountMerged(List<CoverageRecord> window)
    {
        var (whole, most) = (0L, 0L);
        foreach (var line in window)
        {
            if (line.State == CoverageState.Whole)
                whole = Math.Max(whole, line.Rows);
            var all = 0L;
            foreach (var other in window)
                all += other.Replica == line.Replica ? other.Rows : 0;
            most = Math.Max(most, all);
        }

        return whole > 0 ? whole : most;
    }
}
