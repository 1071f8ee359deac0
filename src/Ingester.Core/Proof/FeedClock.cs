namespace Ingester.Core.Proof;

/// <summary>What an exchange time means for the proofs of the streams of its connection.</summary>
internal enum ClockChange : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The exchange's clock moved ahead by more than time has passed: what was heard before may have been in the past.</summary>
    Step,

    /// <summary>The exchange's clock was set back: times pass a second time.</summary>
    SetBack,

    /// <summary>The local clock is distrusted from now on, or trusted again.</summary>
    Trust,
}

/// <summary>
/// The two times that a connection knows, never mixed: the local clock, and the exchange's clock as frames carry it (rules T1 to T4 of <c>docs/proof.md</c>). A
/// single time moves nothing: the exchange's clock is the latest time that two frames have reached.
/// </summary>
internal sealed class FeedClock
{
    private const int Agreeing = 3; // frames in sequence that begin or end the distrust of the local clock, or say that the exchange's clock was set back

    private const long LongestUnheard = 24 * 3_600_000_000L; // between two connections: a local clock that jumps says nothing of years

    private static int lastId;

    private long highest; // of all plausible times
    private long highestFrame;
    private long heardAt; // local, when the highest was heard
    private long movedAt; // local, when the exchange's clock moved on
    private long frame;
    private long comparedFrame;
    private long timedFrame;
    private long contradiction; // how far the last contradicting frame was ahead of the local clock
    private int agreed; // frames in sequence that say the same about the local clock
    private int below; // frames in sequence that are earlier than the exchange's clock
    private long lastBelow;
    private (long From, long To) setBack; // what passes a second time
    private (long From, long To) distrusted; // what was heard while the local clock was distrusted
    private int strays; // frames in sequence that are ahead of the distrusted local clock by another span
    private long strayFrame;
    private long stray;
    private bool contradicted; // by the frames of this connection
    private bool datesContradict;

    /// <summary>The number of the connection within the process.</summary>
    public int Id { get; } = Interlocked.Increment(ref lastId);

    /// <summary>The local clock when the bytes were received, microseconds UTC.</summary>
    public long Local { get; set; }

    /// <summary>The exchange's clock: the latest plausible time that two frames of this connection have reached, microseconds UTC; zero before.</summary>
    public long Exchange { get; private set; }

    /// <summary>The time of the last frame that carried a plausible one, microseconds UTC; zero before the first.</summary>
    public long Last { get; private set; }

    /// <summary>The latest plausible time, which perhaps only one frame has carried, microseconds UTC; zero before the first.</summary>
    public long Latest => highest;

    /// <summary>How many frames carried a plausible time.</summary>
    public long Frames { get; private set; }

    /// <summary>How far the exchange's clock was behind the local one when it last moved on, microseconds.</summary>
    public long Lag { get; private set; }

    /// <summary>True while the exchange's times, or the dates of HTTP answers, contradict the local clock.</summary>
    public bool Distrusted => contradicted || datesContradict;

    /// <summary>The exchange times that are doubtful when the connection ends now, because the local clock is distrusted; null for none.</summary>
    public (long From, long To)? DoubtfulAtEnd => Distrusted ? (distrusted.From, highest) : null;

    /// <summary>
    /// What the exchange's clock had reached on connections of the same streams that ended before, and the local clock at that time, microseconds UTC. Default: there were none.
    /// </summary>
    public (long Exchange, long Local) HeardBefore { get; set; }

    /// <summary>What the exchange's clock reached, and when, as the next connection of the same streams has to know it.</summary>
    public (long Exchange, long Local) HeardAtEnd => Exchange >= HeardBefore.Exchange ? (Exchange, movedAt) : HeardBefore;

    /// <summary>The exchange times that a change makes doubtful (rule T4), microseconds UTC; null for none.</summary>
    public (long From, long To)? DoubtfulBy(ClockChange change) =>
        change == ClockChange.SetBack ? setBack : change == ClockChange.Trust && !Distrusted ? distrusted : null;

    /// <summary>True while something was received that could not be decoded, and it is not known yet which windows it may belong to (rule U3).</summary>
    public bool InDoubt { get; set; }

    /// <summary>True when the exchange's clock moved on within a span of the local clock, and is not far from it.</summary>
    public bool IsFresh(long span, long tolerance) =>
        Exchange > 0 && Local - movedAt is var age && age >= 0 && age <= span && Math.Abs(Local - Exchange) <= tolerance;

    /// <summary>A frame begins: all times in it are one statement.</summary>
    public void BeginFrame() => frame++;

    /// <summary>True when a time may be true: not further ahead of the local clock, nor of the exchange's own, than the tolerance.</summary>
    public bool IsPlausible(long micros, long tolerance) =>
        micros <= Local + tolerance || (highest > 0 && micros <= highest + Math.Max(0, Local - heardAt) + tolerance);

    /// <summary>Takes an exchange time into account, and says what that means for the proofs of the connection's streams.</summary>
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

    /// <summary>HTTP answers say whether the local clock is wrong.</summary>
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

    /// <summary>True when enough frames in sequence say the opposite of what is believed of the local clock, by about the same span.</summary>
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

    /// <summary>True when enough frames in sequence contradict the local clock by another span than the one that is believed (rule T3).</summary>
    private bool IsMoved(long ahead, long tolerance)
    {
        if (strayFrame == frame)
            return false;
        strays = strays > 0 && Math.Abs(ahead - stray) <= tolerance ? strays + 1 : 1;
        (strayFrame, stray) = (frame, ahead);
        return strays >= Agreeing;
    }

    /// <summary>True for the last of the frames in sequence that agree that the exchange's clock was set back (rule T4).</summary>
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

    /// <summary>How far the exchange's clock may have run before it was set back: also while nobody was connected.</summary>
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
