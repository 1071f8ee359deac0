namespace Ingester.Core.Proof;

/// <summary>
/// The two times of a connection, which are never mixed: the local clock, and the exchange clock as carried by frames (rules T1 to T4 of
/// <c>docs/proof.md</c>). A single time does not move the exchange clock: it is the latest time that two frames have reached.
/// </summary>
internal sealed class ConnectionClock
{
    private const int RequiredAgreeingFrames = 3; // consecutive frames that begin or end the distrust of the local clock, or prove that the exchange clock was set back

    private const long MaxDisconnectedMicros = 24 * 3_600_000_000L; // cap on the time between two connections, in case the local clock jumped

    private static int lastId;

    private long highest; // the highest plausible time
    private long highestFrame;
    private long highestAt; // local time at which the highest time was received
    private long advancedAt; // local time at which the exchange clock last moved on
    private long frame;
    private long comparedFrame;
    private long timedFrame;
    private long contradictionOffset; // how far the last contradicting frame was ahead of the local clock
    private int agreeingFrames; // consecutive frames that agree about the local clock
    private int framesBelow; // consecutive frames that are earlier than the exchange clock
    private long lastBelow;
    private (long From, long To) setBackSpan; // the times that occur a second time
    private (long From, long To) distrustedSpan; // the times received while the local clock was distrusted
    private int strayFrames; // consecutive frames that are ahead of the distrusted local clock by another offset
    private long strayFrame;
    private long strayOffset;
    private bool framesContradict; // by the frames of this connection
    private bool datesContradict;

    /// <summary>Number of the connection within the process.</summary>
    public int Id { get; } = Interlocked.Increment(ref lastId);

    /// <summary>Local time at which the bytes were received, microseconds UTC.</summary>
    public long LocalTime { get; set; }

    /// <summary>
    /// The exchange clock: the latest plausible time that two frames of this connection have reached, microseconds UTC; zero before.
    /// </summary>
    public long ExchangeTime { get; private set; }

    /// <summary>Exchange time of the last frame with a plausible time, microseconds UTC; zero before the first.</summary>
    public long LastExchangeTime { get; private set; }

    /// <summary>The latest plausible time, which may come from a single frame, microseconds UTC; zero before the first.</summary>
    public long HighestExchangeTime => highest;

    /// <summary>Number of frames with a plausible time.</summary>
    public long TimedFrames { get; private set; }

    /// <summary>Local time minus exchange clock when the exchange clock last moved on, in microseconds.</summary>
    public long Lag { get; private set; }

    /// <summary>True while the exchange's times or the dates of HTTP responses contradict the local clock.</summary>
    public bool IsDistrusted => framesContradict || datesContradict;

    /// <summary>
    /// The exchange times that become doubtful if the connection ends now, because the local clock is distrusted; null when there are none.
    /// </summary>
    public (long From, long To)? DoubtfulSpanAtEnd => IsDistrusted ? (distrustedSpan.From, highest) : null;

    /// <summary>
    /// The exchange clock and the local time at the end of earlier connections of the same streams, microseconds UTC. Default: there were none.
    /// </summary>
    public (long Exchange, long Local) ReachedByPredecessors { get; set; }

    /// <summary>The exchange clock and the local time at the end of this connection, for the next connection of the same streams.</summary>
    public (long Exchange, long Local) ReachedAtEnd => ExchangeTime >= ReachedByPredecessors.Exchange ? (ExchangeTime, advancedAt) : ReachedByPredecessors;

    /// <summary>The exchange times that a clock change makes doubtful (rule T4), microseconds UTC; null when there are none.</summary>
    public (long From, long To)? DoubtfulSpanOf(ClockChange change) =>
        change == ClockChange.SetBack ? setBackSpan : change == ClockChange.TrustChange && !IsDistrusted ? distrustedSpan : null;

    /// <summary>True after an undecodable frame, until it is known which windows it may belong to (rule U3).</summary>
    public bool HasPendingUndecodable { get; set; }

    /// <summary>
    /// True when the exchange clock moved on within a span of local time and differs from the local clock by at most the tolerance.
    /// </summary>
    public bool IsFresh(long span, long tolerance) =>
        ExchangeTime > 0 && LocalTime - advancedAt is var age && age >= 0 && age <= span && Math.Abs(LocalTime - ExchangeTime) <= tolerance;

    /// <summary>Begins a frame: all times in one frame count as one observation.</summary>
    public void BeginFrame() => frame++;

    /// <summary>True when a time is plausible: ahead of neither the local clock nor the exchange clock by more than the tolerance.</summary>
    public bool IsPlausible(long micros, long tolerance) =>
        micros <= LocalTime + tolerance || (highest > 0 && micros <= highest + Math.Max(0, LocalTime - highestAt) + tolerance);

    /// <summary>Processes an exchange time and returns its effect on the proofs of the connection's streams.</summary>
    /// <param name="micros">The exchange time, microseconds UTC.</param>
    /// <param name="tolerance">How far ahead a plausible time may be, in microseconds.</param>
    /// <param name="leadTime">The proof lead time in microseconds: a larger difference is a step, or a clock that was set back.</param>
    public ClockChange Observe(long micros, long tolerance, long leadTime)
    {
        var change = ClockChange.None;
        if (comparedFrame != frame)
        {
            comparedFrame = frame;
            if (ChangesTrust(micros - LocalTime, tolerance))
            {
                if (!framesContradict)
                    ReachedByPredecessors = ReachedAtEnd; // later times are compared with it when the local clock is trusted again
                change = ChangeTrust(() => framesContradict = !framesContradict, micros);
                (highest, highestFrame, highestAt, ExchangeTime, framesBelow) = (micros, frame, LocalTime, 0, 0);
            }
            else if (IsSetBack(micros, leadTime))
            {
                change = ClockChange.SetBack;
            }
        }

        if (!IsPlausible(micros, tolerance))
        {
            if (!framesContradict || !HasOffsetMoved(micros - LocalTime, tolerance))
                return change;
            (highest, highestFrame, highestAt, ExchangeTime) = (micros, frame, LocalTime, 0);
            change = ClockChange.StepForward;
        }

        strayFrames = 0;
        if (change == ClockChange.None)
            change = ChangeByStep(micros, tolerance, leadTime);
        if (timedFrame != frame)
        {
            timedFrame = frame;
            TimedFrames++;
        }

        LastExchangeTime = micros;
        Advance(micros);
        return change;
    }

    /// <summary>Sets whether the dates of HTTP responses contradict the local clock.</summary>
    public ClockChange SetDatesContradict(bool datesContradictIt) => ChangeTrust(() => datesContradict = datesContradictIt, highest);

    private ClockChange ChangeTrust(Action change, long micros)
    {
        var before = IsDistrusted;
        change();
        if (IsDistrusted == before)
            return ClockChange.None;
        distrustedSpan = IsDistrusted ? (micros, micros) : (distrustedSpan.From, highest);
        return ClockChange.TrustChange;
    }

    /// <summary>True when enough consecutive frames contradict the current trust in the local clock, by about the same offset.</summary>
    private bool ChangesTrust(long ahead, long tolerance)
    {
        var contradicts = ahead > tolerance;
        if (contradicts == framesContradict)
        {
            agreeingFrames = 0;
            return false;
        }

        agreeingFrames = agreeingFrames > 0 && (!contradicts || Math.Abs(ahead - contradictionOffset) <= tolerance) ? agreeingFrames + 1 : 1;
        contradictionOffset = ahead;
        if (agreeingFrames < RequiredAgreeingFrames)
            return false;
        agreeingFrames = 0;
        return true;
    }

    /// <summary>True when enough consecutive frames are ahead of the local clock by another offset than the accepted one (rule T3).</summary>
    private bool HasOffsetMoved(long ahead, long tolerance)
    {
        if (strayFrame == frame)
            return false;
        strayFrames = strayFrames > 0 && Math.Abs(ahead - strayOffset) <= tolerance ? strayFrames + 1 : 1;
        (strayFrame, strayOffset) = (frame, ahead);
        return strayFrames >= RequiredAgreeingFrames;
    }

    /// <summary>The effect of a time that is later than the latest exchange time plus the local time that has passed since then (rules T2a and T3a).</summary>
    private ClockChange ChangeByStep(long micros, long tolerance, long leadTime)
    {
        var (reached, at) = highest > 0 ? (highest, highestAt) : ReachedByPredecessors;
        var ahead = micros - reached - Math.Max(0, LocalTime - at);
        return reached > 0 && ahead > tolerance ? ClockChange.Leap : highest > 0 && ahead > leadTime ? ClockChange.StepForward : ClockChange.None;
    }

    /// <summary>True for the last of the consecutive frames that show that the exchange clock was set back (rule T4).</summary>
    private bool IsSetBack(long micros, long leadTime)
    {
        if (micros >= Math.Max(ExchangeTime, ReachedByPredecessors.Exchange) - leadTime)
        {
            framesBelow = 0;
            return false;
        }

        if (framesBelow == 0 || Math.Abs(micros - lastBelow) > leadTime)
            (framesBelow, setBackSpan) = (0, (micros, EstimateReached()));
        framesBelow = Math.Min(framesBelow + 1, RequiredAgreeingFrames + 1);
        (lastBelow, setBackSpan.From) = (micros, Math.Min(setBackSpan.From, micros));
        return framesBelow == RequiredAgreeingFrames;
    }

    /// <summary>Upper bound of the exchange clock before it was set back, including the time without a connection.</summary>
    private long EstimateReached() => ExchangeTime >= ReachedByPredecessors.Exchange ? ExchangeTime : ReachedByPredecessors.Exchange + Math.Clamp(LocalTime - ReachedByPredecessors.Local, 0, MaxDisconnectedMicros);

    private void Advance(long micros)
    {
        var reached = micros;
        if (micros > highest)
        {
            reached = highestFrame == frame ? ExchangeTime : highest;
            (highest, highestFrame, highestAt) = (micros, frame, LocalTime);
        }
        else if (highestFrame == frame || micros == highest)
        {
            return; // the same time in another frame may be the same event again
        }

        if (reached > ExchangeTime)
            (ExchangeTime, Lag, advancedAt) = (reached, LocalTime - reached, LocalTime);
    }
}
