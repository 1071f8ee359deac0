using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>How the chain continues after a gap, an interruption or a reset, and what is reported as missing.</summary>
internal sealed partial class StreamRecorder
{
    private bool toldByTime; // the interruption is reported by time already: no id that continues the chain has come since

    /// <summary>The chain goes on: what was missing is told, and a connection that took over has caught up.</summary>
    private void GoneOn()
    {
        (doubtedGap, interrupted, toldByTime) = (false, false, false);
        handingOver &= overlap is not null;
    }

    /// <summary>An interruption of a stream whose ids do not go on from the head: only times can say what is missing.</summary>
    private void ReportByTime(long from, in FeedRow row, FeedClock clock)
    {
        if (!toldByTime)
            Report(new(stream, null, from, Math.Max(from, Math.Max(TimeOf(row, clock), clock.Exchange)), GapCause.Disconnect));
        toldByTime = true;
    }

    /// <summary>What is missing before a run that was confirmed.</summary>
    private GapRow GapSince(long from, long to, SequenceRange? missing) => new(
        stream, missing, from, to, doubtedGap ? GapCause.Undecodable : interrupted ? GapCause.Disconnect : GapCause.Skip);

    /// <summary>The chain goes on with a run after a gap or a reset (rules S5 and S7): its rows are the next ones.</summary>
    private void Resume(CursorVerdict verdict, GapRow gap, FeedClock clock)
    {
        EndProof();
        var rows = verdict.Run > 0 ? odd.TakeRun(verdict.Run) : [];
        if (rows.Count > 0)
            gap = gap with { To = TimeOf(rows[0].Row, clock) };
        if (gap.Cause == GapCause.Reset)
            highest = null;
        Report(gap);
        foreach (var waited in rows)
            Append(waited.Row, clock);
    }

    /// <summary>The chain has reached rows that came too early (rule S5b).</summary>
    private void Join(CursorRun reached, FeedClock clock)
    {
        var rows = odd.TakeRun(reached.Id);
        if (rows.Count < reached.Count)
            EndProof(); // some are stored as fragments already
        foreach (var row in rows)
            Append(row.Row, clock);
    }
}
