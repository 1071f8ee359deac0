using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// Admits the events of a stream in the order of its chain: the cursor classifies each event, and this type appends it, holds it or drops it, and
/// reports the gaps that the verdict states.
/// </summary>
internal sealed class EventAdmission(
    RecordedStream stream, StreamConnections connections, GapRowWriter gaps, StreamSegments segments, DetachedSegments detached, StreamCursor? cursor)
{
    /// <summary>How old an event may be by the exchange clock when another connection delivers it a second time.</summary>
    private static readonly long MaxRegroupAgeMicros = Micros.From(TimeSpan.FromSeconds(30));

    /// <summary>Number of consecutive events of the chain that show, by their earlier times, that numbering and clock of the stream were set back.</summary>
    private const int RequiredEarlierEvents = 3;

    private readonly ConnectionHeads heads = new();
    private ConnectionClock? announcedBy;
    private long announcedId;
    private int earlierEvents; // consecutive events of the chain that are earlier than the head by more than the lead time

    /// <summary>Number of duplicates that were dropped.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Number of replayed events that only set the cursor.</summary>
    public long ReplayedEvents { get; private set; }

    /// <summary>True when the last event has no ids although the stream has them: only the time of a loss after it is known.</summary>
    public bool EndsWithoutId { get; private set; }

    /// <summary>
    /// True when the event can be appended immediately: one connection carries the stream, and the event continues the chain or has no ids. Reports an
    /// interruption before an event without ids.
    /// </summary>
    public bool CanAppendDirectly(SequenceRange? range, long micros, ConnectionClock clock)
    {
        if (!connections.TryBecomeSoleSource(clock))
            return false;
        if (cursor is null || range is not { } next)
        {
            AdmitUnnumbered(micros);
            return true;
        }

        if (!cursor.IsNext(next) || (gaps.IsInterrupted && !stream.IsChained) || IsEarlier(micros, cursor.LastMicros))
            return false;
        earlierEvents = 0;
        ChainContinued();
        return true;
    }

    /// <summary>Records events according to the cursor's verdicts.</summary>
    public void Record(IReadOnlyList<EventRow> rows, ConnectionClock clock)
    {
        foreach (var row in rows)
            Record(row, clock);
    }

    /// <summary>Records an event according to the cursor's verdict.</summary>
    public void Record(in EventRow row, ConnectionClock clock)
    {
        if (cursor is null || row.Range is not { } range)
        {
            AdmitUnnumbered(row.Micros);
            segments.Append(row, clock);
            return;
        }

        var follows = heads.TryAdvance(clock.Id, range);
        var next = new CursorEvent(range, row.Arrival.PlausibleMicros, row.Hash, clock.Id)
        {
            IsReplayed = row.IsReplayed,
            MayRegroup = follows && connections.IsHandingOver && stream.Traits.Identity == StreamIdentity.PerConnection && row.Micros >= clock.ExchangeTime - MaxRegroupAgeMicros,
        };
        var before = row.IsReplayed && segments.EventCount + detached.EventCount == 0 && !gaps.IsInterrupted;
        if (before)
            cursor.SkipReplayed(next);
        if (before || row.IsReplayed && cursor.WasReplayedBeforeStart(next))
        {
            ReplayedEvents++;
            return;
        }

        var (from, head) = (cursor.LastMicros, cursor.UpTo);
        ApplyVerdict(cursor.Evaluate(next), row, (from, head), clock);
        while (cursor.AcceptNearestRun() is { } nearest)
            ResumeAfterGap(nearest, gaps.Create(from, gaps.TimeOf(row, clock), nearest.Span), clock);
        while (cursor.TakeReachedRun() is { } reached)
            AppendReachedRun(reached, clock);
    }

    /// <summary>
    /// A heartbeat contains the id of the last event. Heartbeats and events are not ordered: events are missing only if the head is still below that
    /// id at the next heartbeat of the same connection, whose id must not be lower. The events may still arrive late.
    /// </summary>
    public void LastIdAnnounced(long id, ConnectionClock clock)
    {
        var before = announcedBy == clock ? announcedId : long.MaxValue;
        (announcedBy, announcedId) = (clock, id);
        if (!stream.IsChained || connections.Handover is not null || connections.Carrier != clock || id < before || cursor?.UpTo is not { } upTo || upTo >= before)
            return;
        var from = cursor.LastMicros;
        while (cursor.ApplyAnnouncedId(before) is { } missing)
            ResumeAfterGap(missing, gaps.Create(from, Math.Max(from, clock.ExchangeTime), missing.Span), clock);
    }

    /// <summary>Reports the gaps before events that wait for confirmation: no later event will confirm them (rule S5c).</summary>
    public void ReportUnconfirmed()
    {
        foreach (var (missing, micros) in cursor?.UnconfirmedGaps() ?? [])
            gaps.Report(gaps.Create(cursor!.LastMicros, Math.Max(micros, cursor.LastMicros), missing));
    }

    /// <summary>True when the chain has reached the first id of an event, which has ids.</summary>
    public bool HasReached(in EventRow row) => row.Range!.Value.After <= cursor!.UpTo;

    /// <summary>Marks the stream as interrupted: the cause of the next gap is a lost connection.</summary>
    public void MarkInterrupted() => gaps.MarkInterrupted(hasHead: cursor?.UpTo is not null);

    private void ApplyVerdict(CursorVerdict verdict, in EventRow row, (long Micros, long? UpTo) last, ConnectionClock clock)
    {
        var (from, head) = last;
        ReportContradictedRuns();
        switch (verdict.Outcome)
        {
            case CursorOutcome.Duplicate:
                Duplicates++;
                stream.Context.Events.DuplicateDropped(stream.Id);
                return;
            case CursorOutcome.Gap when stream.IsChained:
                ResumeAfterGap(verdict, gaps.Create(from, gaps.TimeOf(row, clock), verdict.Span), clock);
                break;
            case CursorOutcome.Reset:
                if (gaps.IsInterrupted && !stream.IsChained)
                    gaps.ReportInterruptionByTime(from, row, clock);
                foreach (var (missing, micros) in cursor!.GapsBeforeReset)
                    gaps.Report(gaps.Create(from, Math.Max(from, micros), missing));
                ResumeAfterGap(verdict, new(stream.Id, verdict.Span, from, gaps.TimeOf(row, clock), GapCause.Reset), clock);
                break;
            case CursorOutcome.Next when !stream.IsChained && gaps.IsInterrupted && row.Range!.Value.After > head:
                gaps.Report(gaps.Create(from, gaps.TimeOf(row, clock), new(head.Value, row.Range.Value.After)));
                break;
            case CursorOutcome.Overlap:
                var time = gaps.TimeOf(row, clock);
                ReportConflict(row.Range!.Value, Math.Min(from, time), Math.Max(Math.Max(from, time), clock.ExchangeTime));
                break;
            case CursorOutcome.Conflict:
                ReportInterruptionByTime(from, row, clock);
                ReportConflict(row.Range!.Value, gaps.TimeOf(row, clock), gaps.TimeOf(row, clock));
                detached.Hold(row, verdict, clock);
                return;
            case CursorOutcome.Repeated:
                segments.EndProof();
                detached.Hold(row, verdict, clock);
                return;
            case CursorOutcome.Candidate or CursorOutcome.Late or CursorOutcome.Unrecognized:
                ReportInterruptionByTime(from, row, clock);
                detached.Hold(row, verdict, clock);
                return;
            default:
                break;
        }

        ChainContinued();
        if (verdict.Outcome == CursorOutcome.Next)
            CheckSetBack(row, from);
        segments.Append(row, clock);
    }

    /// <summary>
    /// Events that continue the ids but are much earlier than the head (rule S7a): the exchange may have set back numbering and clock of the stream together, and the new
    /// numbering may have reached the old head by chance. Events of it may then be missing.
    /// </summary>
    private void CheckSetBack(in EventRow row, long last)
    {
        earlierEvents = row.Arrival.PlausibleMicros is { } micros && IsEarlier(micros, last) ? earlierEvents + 1 : 0;
        if (earlierEvents == RequiredEarlierEvents)
            ReportConflict(row.Range!.Value, row.Micros, last);
    }

    private bool IsEarlier(long micros, long last) => stream.IsChained && micros < last - stream.Times.ProofLeadTime;

    /// <summary>An event that does not continue the ids of a stream that do not chain: only its time says how much an interruption may have lost.</summary>
    private void ReportInterruptionByTime(long from, in EventRow row, ConnectionClock clock)
    {
        if (gaps.IsInterrupted && !stream.IsChained && !row.IsReplayed)
            gaps.ReportInterruptionByTime(from, row, clock);
    }

    /// <summary>The chain continues with a run after a gap or a reset (rules S5 and S7): the rows of the run are appended.</summary>
    private void ResumeAfterGap(CursorVerdict verdict, GapRow gap, ConnectionClock clock)
    {
        ReportContradictedRuns();
        segments.EndProof();
        var rows = verdict.Run > 0 ? detached.RemoveRun(verdict.Run) : [];
        if (rows.Count > 0)
            gap = gap with { ToMicros = gaps.TimeOf(rows[0].Row, clock) };
        if (gap.Cause == GapCause.Reset)
            segments.ForgetHighestWindow();
        gaps.Report(gap);
        if (verdict.IsNumberingDoubtful)
            gaps.Report(gap with { Range = null });
        foreach (var held in rows)
            segments.Append(held.Row, clock);
    }

    /// <summary>The chain has reached rows that arrived too early (rule S5b): they are appended.</summary>
    private void AppendReachedRun(CandidateRun reached, ConnectionClock clock)
    {
        ReportContradictedRuns();
        var rows = detached.RemoveRun(reached.Id);
        if (rows.Count < reached.Count)
            segments.EndProof(); // some rows are already stored as fragments
        foreach (var row in rows)
            segments.Append(row.Row, clock);
    }

    /// <summary>The chain contradicts events that are detached rows: the numbering may have been reset unnoticed (rules S5e and S8).</summary>
    private void ReportContradictedRuns()
    {
        while (cursor!.TakeContradictedRun() is { } run)
            ReportConflict(run.Range, run.HeadMicros, run.ContradictedUntil > 0 ? run.ContradictedUntil : run.HeadMicros);
    }

    private void ReportConflict(SequenceRange range, long from, long to)
    {
        gaps.Report(new(stream.Id, range, Math.Min(from, to), Math.Max(from, to), GapCause.Conflict));
        segments.EndProof();
    }

    /// <summary>An event without ids follows whatever came before it (rule S13): only an interruption shows that events may be missing.</summary>
    private void AdmitUnnumbered(long micros)
    {
        gaps.ReportInterruption(micros);
        EndsWithoutId = stream.IsNumbered;
    }

    private void ChainContinued()
    {
        EndsWithoutId = false;
        gaps.ChainContinued();
        connections.ChainContinued();
    }
}
