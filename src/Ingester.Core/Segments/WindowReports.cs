using Ingester.Core.Journals;
using Ingester.Core.Proof;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// Reports each window of a stream once it is over, and later the windows without events that the exchange clock proves quiet.
/// </summary>
internal sealed class WindowReports(RecordedStream stream, StreamConnections connections, WindowProof proof, StreamCoverage coverage)
{
    /// <summary>Maximum number of windows that wait for the proof that they are quiet.</summary>
    private const int MaxWindows = 64;

    private static readonly long ReportDelayMicros = Micros.From(TimeSpan.FromSeconds(10));

    private static readonly long MaxSilenceMicros = Micros.From(TimeSpan.FromDays(1)); // after a longer jump of the clock the windows between are not reported

    private List<Window>? unprovenQuiet; // reported as absent; the exchange clock may still prove them quiet
    private Window? next;

    /// <summary>The window has an event, so it is not quiet.</summary>
    public void WindowHasEvents(Window window) => unprovenQuiet?.Remove(window);

    /// <summary>Reports the windows that are over.</summary>
    public void Report(ConnectionClock clock, LaneStatistics statistics, StreamSegments segments)
    {
        var oldest = stream.Windows.WindowOf(clock.LocalTime - MaxSilenceMicros);
        if (next is not { } first || first.StartMicros < oldest.StartMicros)
            next = next is null ? stream.Windows.WindowOf(clock.LocalTime) : oldest;
        while (next is { } window && clock.LocalTime >= window.EndMicros + ReportDelayMicros)
        {
            var held = segments.Find(window);
            var over = clock.ExchangeTime >= window.EndMicros + stream.Times.Grace;
            if (!over && connections.Carrier is not null && clock.LocalTime < window.EndMicros + ReportDelayMicros + stream.Times.MaxHoldTime)
                break; // a later exchange time may still prove the window
            if (coverage.Report(window, held, proof.IsQuiet(window, clock), statistics.QualityOf(window)) == CoverageState.Absent && connections.Carrier is not null)
                AwaitQuietProof(window);
            next = stream.Windows.WindowOf(window.EndMicros);
        }

        ReportQuiet(clock);
    }

    /// <summary>Reports all that is left, because the stream ends.</summary>
    public void ReportRemaining(LaneStatistics statistics) =>
        coverage.ReportRemaining(next is { } window ? statistics.QualityOf(window) : ConnectionQuality.None);

    /// <summary>Reports that the stream is not recorded any more. If the market returns, no windows are expected between.</summary>
    public void ReportDelisted(Window window)
    {
        coverage.ReportDelisted(window);
        next = null;
    }

    private void AwaitQuietProof(Window window)
    {
        unprovenQuiet ??= [];
        if (unprovenQuiet.Count == MaxWindows)
            unprovenQuiet.RemoveAt(0);
        unprovenQuiet.Add(window);
    }

    private void ReportQuiet(ConnectionClock clock)
    {
        for (var i = (unprovenQuiet?.Count ?? 0) - 1; i >= 0; i--)
            if (!proof.MayBeQuiet(unprovenQuiet![i]))
            {
                unprovenQuiet.RemoveAt(i);
            }
            else if (proof.IsQuiet(unprovenQuiet[i], clock))
            {
                coverage.ReportQuiet(unprovenQuiet[i]);
                unprovenQuiet.RemoveAt(i);
            }
    }
}
