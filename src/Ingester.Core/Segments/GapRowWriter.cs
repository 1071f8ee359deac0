using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Segments;

/// <summary>Writes the gap rows of a stream. Knows where its recorded data ends and what causes the next gap.</summary>
internal sealed class GapRowWriter(RecordedStream stream)
{
    private (long From, long At, ConnectionClock Clock, long Frames, long Reached)? pendingUndecodable; // an undecodable frame may belong to this stream; From is zero when no exchange time was known
    private bool mayBeUndecodable; // the next gap may have been caused by that frame
    private bool isReportedByTime; // the interruption was reported by time: no event that continues the chain was received since

    /// <summary>Number of detected gaps.</summary>
    public long Count { get; private set; }

    /// <summary>Exchange time of the last recorded event (or snapshot, without a sequence), microseconds UTC; zero before the first.</summary>
    public long LastMicros { get; private set; }

    /// <summary>True once the stream has recorded an event or its book.</summary>
    public bool HasData { get; private set; }

    /// <summary>True after an interruption that is not reported yet: the cause of the next gap is a lost connection.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>The stream has data from now on.</summary>
    public void MarkNotEmpty() => HasData = true;

    /// <summary>Data with a valid exchange time was recorded.</summary>
    public void Advance(long micros) => LastMicros = Math.Max(LastMicros, micros);

    /// <summary>Continues after a former recorder of the stream.</summary>
    public void ContinueAfter(long lastMicros, bool isInterrupted) => (LastMicros, IsInterrupted) = (lastMicros, isInterrupted);

    /// <summary>Marks the stream as interrupted if there is anything before the interruption.</summary>
    /// <param name="hasHead">True when the chain has a head.</param>
    public void MarkInterrupted(bool hasHead) => (IsInterrupted, isReportedByTime) = (IsInterrupted || HasData || hasHead, false);

    /// <summary>The chain continues: earlier gaps are reported.</summary>
    public void ChainContinued() => (mayBeUndecodable, IsInterrupted, isReportedByTime) = (false, false, false);

    /// <summary>The time of an event for a gap row: never an implausible time.</summary>
    public long TimeOf(in EventRow row, ConnectionClock clock) =>
        row.Arrival.IsPlausible ? row.Micros : Math.Max(clock.ExchangeTime, LastMicros);

    /// <summary>Creates the gap before a run that was confirmed.</summary>
    public GapRow Create(long from, long to, SequenceRange? missing) => new(
        stream.Id, missing, from, to, mayBeUndecodable ? GapCause.Undecodable : IsInterrupted ? GapCause.Disconnect : GapCause.Skip);

    /// <summary>Writes the row of a gap or of a reset.</summary>
    public void Report(GapRow gap)
    {
        stream.Context.Add(gap);
        if (gap.Cause == GapCause.Reset)
        {
            stream.Context.Events.NumberingReset(gap);
        }
        else
        {
            Count++;
            stream.Context.Events.GapDetected(gap, countsByOne: stream.Id.Dataset != Dataset.Depth && gap.Cause != GapCause.Conflict);
        }

        stream.Observer?.OnGap(gap);
    }

    /// <summary>Writes the row of a gap that late events closed.</summary>
    public void ReportClosed(GapRow closed)
    {
        stream.Context.Add(closed);
        stream.Context.Events.GapClosed(closed);
    }

    /// <summary>
    /// Reports the interruption of a stream without a sequence, if there was one, up to the time of its next event or snapshot. If that time is before
    /// the last recorded time, the length of the interruption is unknown: the time between the two is reported, and the interruption again at the next
    /// later time.
    /// </summary>
    public void ReportInterruption(long micros)
    {
        if (!IsInterrupted)
            return;
        if (micros >= LastMicros)
        {
            IsInterrupted = false;
            Report(new(stream.Id, null, LastMicros, micros, GapCause.Disconnect));
        }
        else if (!isReportedByTime)
        {
            Report(new(stream.Id, null, micros, LastMicros, GapCause.Disconnect));
            isReportedByTime = true;
        }
    }

    /// <summary>Reports an interruption of a stream whose ids do not continue from the head: the gap is described by times only.</summary>
    public void ReportInterruptionByTime(long from, in EventRow row, ConnectionClock clock)
    {
        if (!isReportedByTime)
            Report(new(stream.Id, null, from, Math.Max(from, Math.Max(TimeOf(row, clock), clock.ExchangeTime)), GapCause.Disconnect));
        isReportedByTime = true;
    }

    /// <summary>The next gap may have been caused by an undecodable frame.</summary>
    public void ExpectUndecodable() => mayBeUndecodable = true;

    /// <summary>An undecodable frame may have contained events of a stream whose ids do not chain: a gap row is written for it.</summary>
    /// <param name="clock">The connection that received it.</param>
    /// <param name="since">The exchange clock when the first such frame was received that is not reported yet; zero when it was unknown.</param>
    /// <param name="at">The local clock at that time.</param>
    public void AddUndecodable(ConnectionClock clock, long since, long at)
    {
        var reached = clock.HighestExchangeTime;
        if (since == 0 && reached > 0)
            since = TimeAt(at, clock, reached);
        var from = since > 0 && LastMicros > 0 ? Math.Min(LastMicros, since) : since;
        pendingUndecodable = pendingUndecodable is { } earlier
            ? (Math.Min(from, earlier.From), Math.Min(at, earlier.At), clock, clock.TimedFrames, Math.Max(reached, earlier.Reached))
            : (from, at, clock, clock.TimedFrames, reached);
    }

    /// <summary>
    /// Writes the gap row of an undecodable frame once its connection, or the one that carries the stream now, has received a later exchange time: its events are before that time.
    /// </summary>
    public void ReportUndecodable(ConnectionClock clock, bool ends = false)
    {
        if (pendingUndecodable is not { } since || (!ends && (clock == since.Clock ? clock.TimedFrames == since.Frames : clock.HighestExchangeTime <= since.Reached)))
            return;
        pendingUndecodable = null;
        var reached = Math.Max(clock.HighestExchangeTime, since.Reached);
        if (reached == 0)
            reached = clock.LocalTime;
        var from = since.From;
        if (from == 0)
        {
            from = TimeAt(since.At, clock, reached);
            from = LastMicros > 0 ? Math.Min(from, LastMicros) : from;
        }

        Report(new(stream.Id, null, from, Math.Max(reached, from) + stream.Times.Grace, GapCause.Undecodable));
    }

    /// <summary>The exchange time that was certainly over at an earlier local time of a connection that has reached an exchange time now.</summary>
    private long TimeAt(long local, ConnectionClock clock, long reached) => reached - Math.Max(0, clock.LocalTime - local) - stream.Times.Grace;
}
