namespace Ingester.Core.Proof;

/// <summary>Effect of an exchange time on the proofs of the streams of its connection.</summary>
internal enum ClockChange : byte
{
    /// <summary>No effect.</summary>
    None,

    /// <summary>The exchange clock moved ahead by more than the elapsed time: times received before may have been in the past.</summary>
    Step,

    /// <summary>The exchange clock was set back: times occur a second time.</summary>
    SetBack,

    /// <summary>The local clock becomes distrusted or trusted again.</summary>
    Trust,
}

/// <summary>
/// The two times of a connection, which are never mixed: the local clock, and the exchange clock as carried by frames (rules T1 to T4 of
/// <c>docs/proof.md</c>). A single time does not move the exchange clock: it is the latest time that two frames have reached.
/// </summary>
internal sealed class FeedClock
{
    private const int Agreeing = 3; // consecutive frames that begin or end the distrust of the local clock, or prove that the exchange clock was set back

    private const long LongestUnheard = 24 * 3_600_000_000L; // cap on the time between two connections, in case the local clock jumped

    private static int lastId;

    private long highest; // the highest plausible time
    private long highestFrame;
    private long heardAt; // local time at which the highest time was received
    private long movedAt; // local time at which the exchange clock last moved on
    private long frame;
    private long comparedFrame;
    private long timedFrame;
    private long contradiction; // how far the last contradicting frame was ahead of the local clock
    private int agreed; // consecutive frames that agree about the local clock
    private int below; // consecutive frames that are earlier than the exchange clock
    private long lastBelow;
    private (long From, long To) setBack; // the times that occur a second time
    private (long From, long To) distrusted; // the times received while the local clock was distrusted
    private int strays; // consecutive frames that are ahead of the distrusted local clock by another offset
    private long strayFrame;
    private long stray;
    private bool contradicted; // by the frames of this connection
    private bool datesContradict;

    /// <summary>Number of the connection within the process.</summary>
    public int Id { get; } = Interlocked.Increment(ref lastId);

    /// <summary>Local time at which the bytes were received, microseconds UTC.</summary>
    public long Local { get; set; }

    /// <summary>
    /// The exchange clock: the latest plausible time that two frames of this connection have reached, microseconds UTC; zero before.
    /// </summary>
    public long Exchange { get; private set; }

    /// <summary>Exchange time of the last frame with a plausible time, microseconds UTC; zero before the first.</summary>
    public long Last { get; private set; }

    /// <summary>The latest plausible time, which may come from a single frame, microseconds UTC; zero before the first.</summary>
    public long Latest => highest;

    /// <summary>Number of frames with a plausible time.</summary>
    public long Frames { get; private set; }

    /// <summary>Local time minus exchange clock when the exchange clock last moved on, in microseconds.</summary>
    public long Lag { get; private set; }

    /// <summary>True while the exchange's times or the dates of HTTP responses contradict the local clock.</summary>
    public bool Distrusted => contradicted || datesContradict;

    /// <summary>
    /// The exchange times that become doubtful if the connection ends now, because the local clock is distrusted; null when there are none.
    /// </summary>
    public (long From, long To)? DoubtfulAtEnd => Distrusted ? (distrusted.From, highest) : null;

    /// <summary>
    /// The exchange clock and the local time at the end of earlier connections of the same streams, microseconds UTC. Default: there were none.
    /// </summary>
    public (long Exchange, long Local) HeardBefore { get; set; }

    /// <summary>The exchange clock and the local time at the end of this connection, for the next connection of the same streams.</summary>
    public (long Exchange, long Local) HeardAtEnd => Exchange >= HeardBefore.Exchange ? (Exchange, movedAt) : HeardBefore;

    /// <summary>The exchange times that a clock change makes doubtful (rule T4), microseconds UTC; null when there are none.</summary>
    public (long From, long To)? DoubtfulBy(ClockChange change) =>
        change == ClockChange.SetBack ? setBack : change == ClockChange.Trust && !Distrusted ? distrusted : null;

    /// <summary>True after an undecodable frame, until it is known which windows it may belong to (rule U3).</summary>
    public bool InDoubt { get; set; }

    /// <summary>
    /// True when the exchange clock moved on within a span of local time and differs from the local clock by at most the tolerance.
    /// </summary>
    public bool IsFresh(long span, long tolerance) =>
        Exchange > 0 && Local - movedAt is var age && age >= 0 && age <= span && Math.Abs(Local - Exchange) <= tolerance;

    /// <summary>Begins a frame: all times in one frame count as one observation.</summary>
    public void BeginFrame() => frame++;

    /// <summary>True when a time is plausible: ahead of neither the local clock nor the exchange clock by more than the tolerance.</summary>
    public bool IsPlausible(long micros, long tolerance) =>
        micros <= Local + tolerance || (highest > 0 && micros <= highest + Math.Max(0, Local - heardAt) + tolerance);

    /// <summary>Processes an exchange time and returns its effect on the proofs of the connection's streams.</summary>
    public ClockChange Hear(long micros, long tolerance, long settle)
    {
        var change = ClockChange.None;
        if (comparedFrame != frame)
        {
            comparedFrame = frame;
            if (ChangesTrust(micros - Local, tolerance))
            {
                change = Trust(() => contradicted = !contradicted, micros);
                (highest, highestFrame, heardAt, Exchange) = (micros, frame, Local, 0);
            }
            else if (IsSetBack(micros, settle))
            {
                change = ClockChange.SetBack;
            }
        }

        if (!IsPlausible(micros, tolerance))
        {
            if (!contradicted || !IsMoved(micros - Local, tolerance))
                return change;
            (highest, highestFrame, heardAt, Exchange) = (micros, frame, Local, 0);
            change = ClockChange.Step;
        }

        strays = 0;
        if (change == ClockChange.None && highest > 0 && micros > highest + Math.Max(0, Local - heardAt) + settle)
            change = ClockChange.Step;
        if (timedFrame != frame)
        {
            timedFrame = frame;
            Frames++;
        }

        Last = micros;
        Advance(micros);
        return change;
    }

    /// <summary>Sets whether the dates of HTTP responses contradict the local clock.</summary>
    public ClockChange Compare(bool datesContradictIt) => Trust(() => datesContradict = datesContradictIt, highest);

    private ClockChange Trust(Action change, long micros)
    {
        var before = Distrusted;
        change();
        if (Distrusted == before)
            return ClockChange.None;
        distrusted = Distrusted ? (micros, micros) : (distrusted.From, highest);
        return ClockChange.Trust;
    }

    /// <summary>True when enough consecutive frames contradict the current trust in the local clock, by about the same offset.</summary>
    private bool ChangesTrust(long ahead, long tolerance)
    {
        var contradicts = ahead > tolerance;
        if (contradicts == contradicted)
        {
            agreed = 0;
            return false;
        }

        agreed = agreed > 0 && (!contradicts || Math.Abs(ahead - contradiction) <= tolerance) ? agreed + 1 : 1;
        contradiction = ahead;
        if (agreed < Agreeing)
            return false;
        agreed = 0;
        return true;
    }

    /// <summary>True when enough consecutive frames are ahead of the local clock by another offset than the accepted one (rule T3).</summary>
    private bool IsMoved(long ahead, long tolerance)
    {
        if (strayFrame == frame)
            return false;
        strays = strays > 0 && Math.Abs(ahead - stray) <= tolerance ? strays + 1 : 1;
        (strayFrame, stray) = (frame, ahead);
        return strays >= Agreeing;
    }

    /// <summary>True for the last of the consecutive frames that show that the exchange clock was set back (rule T4).</summary>
    private bool IsSetBack(long micros, long settle)
    {
        if (micros >= Math.Max(Exchange, HeardBefore.Exchange) - settle)
        {
            below = 0;
            return false;
        }

        if (below == 0 || Math.Abs(micros - lastBelow) > settle)
            (below, setBack) = (0, (micros, ReachedUnheard()));
        below = Math.Min(below + 1, Agreeing + 1);
        (lastBelow, setBack.From) = (micros, Math.Min(setBack.From, micros));
        return below == Agreeing;
    }

    /// <summary>Upper bound of the exchange clock before it was set back, including the time without a connection.</summary>
    private long ReachedUnheard() => Exchange >= HeardBefore.Exchange ? Exchange : HeardBefore.Exchange + Math.Clamp(Local - HeardBefore.Local, 0, LongestUnheard);

    private void Advance(long micros)
    {
        var reached = micros;
        if (micros > highest)
        {
            reached = highestFrame == frame ? Exchange : highest;
            (highest, highestFrame, heardAt) = (micros, frame, Local);
        }
        else if (highestFrame == frame)
        {
            return;
        }

        if (reached > Exchange)
            (Exchange, Lag, movedAt) = (reached, Local - reached, Local);
    }
}
