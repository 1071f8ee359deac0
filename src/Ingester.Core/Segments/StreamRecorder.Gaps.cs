using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Continues the chain after a gap, an interruption or a reset, and reports gaps.</summary>
internal sealed partial class StreamRecorder
{
    private bool toldByTime; // the interruption was reported by time: no event that continues the chain was received since

    /// <summary>The chain continues: earlier gaps are reported, and a connection that took over has caught up.</summary>
    private void GoneOn()
    {
        (doubtedGap, interrupted, toldByTime) = (false, false, false);
        handingOver &= overlap is not null;
    }

    /// <summary>Reports an interruption of a stream whose ids do not continue from the head: the gap is described by times only.</summary>
    private void ReportByTime(long from, in FeedRow row, FeedClock clock)
    {
        if (!toldByTime)
            Report(new(stream, null, from, Math.Max(from, Math.Max(TimeOf(row, clock), clock.Exchange)), GapCause.Disconnect));
        toldByTime = true;
    }

    /// <summary>Creates the gap before a run that was confirmed.</summary>
    private GapRow GapSince(long from, long to, SequenceRange? missing) => new(
        stream, missing, from, to, doubtedGap ? GapCause.Undecodable : interrupted ? GapCause.Disconnect : GapCause.Skip);

    /// <summary>The chain continues with a run after a gap or a reset (rules S5 and S7): the rows of the run are appended.</summary>
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

    /// <summary>The chain has reached rows that arrived too early (rule S5b): they are appended.</summary>
    private void Join(CursorRun reached, FeedClock clock)
    {
        var rows = odd.TakeRun(reached.Id);
        if (rows.Count < reached.Count)
            EndProof(); // some rows are already stored as fragments
        foreach (var row in rows)
            Append(row.Row, clock);
    }
}
