using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Continues the chain after a gap, an interruption or a reset, and reports gaps.</summary>
internal sealed partial class StreamRecorder
{
    private bool reportedByTime; // the interruption was reported by time: no event that continues the chain was received since

    /// <summary>The chain continues: earlier gaps are reported, and a connection that took over has caught up.</summary>
    private void ChainContinued()
    {
        (gapMayBeUndecodable, isInterrupted, reportedByTime) = (false, false, false);
        isHandingOver &= handover is not null;
    }

    /// <summary>Reports an interruption of a stream whose ids do not continue from the head: the gap is described by times only.</summary>
    private void ReportInterruptionByTime(long from, in EventRow row, ConnectionClock clock)
    {
        if (!reportedByTime)
            Report(new(stream, null, from, Math.Max(from, Math.Max(GapTimeOf(row, clock), clock.ExchangeTime)), GapCause.Disconnect));
        reportedByTime = true;
    }

    /// <summary>Creates the gap before a run that was confirmed.</summary>
    private GapRow CreateGap(long from, long to, SequenceRange? missing) => new(
        stream, missing, from, to, gapMayBeUndecodable ? GapCause.Undecodable : isInterrupted ? GapCause.Disconnect : GapCause.Skip);

    /// <summary>The chain continues with a run after a gap or a reset (rules S5 and S7): the rows of the run are appended.</summary>
    private void ResumeAfterGap(CursorVerdict verdict, GapRow gap, ConnectionClock clock)
    {
        EndProof();
        var rows = verdict.Run > 0 ? detached.RemoveRun(verdict.Run) : [];
        if (rows.Count > 0)
            gap = gap with { ToMicros = GapTimeOf(rows[0].Row, clock) };
        if (gap.Cause == GapCause.Reset)
            highestWindow = null;
        Report(gap);
        foreach (var waited in rows)
            Append(waited.Row, clock);
    }

    /// <summary>The chain has reached rows that arrived too early (rule S5b): they are appended.</summary>
    private void AppendReachedRun(CandidateRun reached, ConnectionClock clock)
    {
        var rows = detached.RemoveRun(reached.Id);
        if (rows.Count < reached.Count)
            EndProof(); // some rows are already stored as fragments
        foreach (var row in rows)
            Append(row.Row, clock);
    }
}
