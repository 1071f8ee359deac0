using Ingester.Core.Time;
using Spectre.Console;

namespace Ingester.Demo;

/// <summary>The period in which the exchanges sent and replica a recorded, in the clock's time.</summary>
/// <param name="Began">Start, microseconds UTC.</param>
/// <param name="Ended">End, microseconds UTC.</param>
internal readonly record struct DemoPeriod(long Began, long Ended)
{
    private static readonly long Margin = Micros.From(TimeSpan.FromSeconds(30));

    /// <summary>
    /// The start times of windows with rows that must have a whole object, because the recorder received both of their edges, but have none.
    /// </summary>
    public IEnumerable<long> FindMissingWindows(IReadOnlyList<Simulator.Truth.TruthRow> truth, IEnumerable<long> whole)
    {
        var began = Began;
        var sent = truth.Where(row => row.Sent).ToList();
        var (first, until) = (Began + Margin, Math.Min(Ended - Margin, sent.Count > 0 ? sent[^1].Micros : 0));
        var firstComplete = sent.FirstOrDefault(row => row.Micros >= began).Micros + Margin;
        var expected = StoreCheck.GroupByWindow(sent).Select(window => window.Key)
            .Where(start => start > first && start > firstComplete && start + Window.MicrosPerMinute <= until && sent[^1].Micros >= start + 2 * Window.MicrosPerMinute);
        return expected.Except(whole);
    }
}
