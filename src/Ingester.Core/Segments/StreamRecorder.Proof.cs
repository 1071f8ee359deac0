using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>What ends the proofs of a stream, and when its windows are quiet.</summary>
internal sealed partial class StreamRecorder
{
    /// <summary>How many windows are remembered that an event fell into and was not placed in, and how many wait for the proof that they are quiet.</summary>
    private const int MostWindows = 64;

    /// <summary>How far back a step of the exchange's clock may have misled a proof, microseconds.</summary>
    private static readonly long StepReach = Micros.From(TimeSpan.FromMinutes(1));

    private readonly HashSet<long> touched = []; // starts of windows that an event has its time in and is not placed in
    private long touchedBefore = long.MinValue; // earlier ones are forgotten, and count as touched
    private readonly List<Window> unproven = []; // reported as absent: perhaps the exchange's clock proves them quiet later
    private WindowProof quiet = new(Micros.From(context.Options.Settle));
    private (long From, long At, long Frames)? doubt; // an undecodable frame may have been of this stream; no exchange time before it is known where From is zero
    private bool doubtedGap; // what is missing next was in that frame

    /// <summary>
    /// A frame was received that may belong to this stream and could not be decoded (rules U1 and U2).
    /// </summary>
    /// <param name="clock">The connection that brought it.</param>
    /// <param name="since">The exchange's clock when the first such frame was received that is not reported yet; zero where it had told no time.</param>
    /// <param name="at">The local clock at that moment.</param>
    public void Undecodable(FeedClock clock, long since, long at)
    {
        if (feed is not null && feed != clock && overlap?.Newer != clock && overlap?.Older != clock)
            return;
        quiet.End();
        doubtedGap = true;
        if (Chained)
            return;
        var from = since > 0 && lastMicros > 0 ? Math.Min(lastMicros, since) : since;
        doubt = (Math.Min(from, doubt?.From ?? from), Math.Min(at, doubt?.At ?? at), clock.Frames);
        EndProof();
    }

    /// <summary>The connection's exchange clock made a step, was set back, contradicts the local clock, or agrees again (rules T3 and T4).</summary>
    public void ClockChanged(FeedClock clock, ClockChange change, long before)
    {
        if (feed is not null && feed != clock && overlap?.Newer != clock)
            return;
        if (change == ClockChange.Trust)
        {
            EndProof();
            quiet.End();
            highest = null;
            if (clock.Distrusted)
                trustedStart = sealedStart;
            else
                sealedStart = trustedStart; // what was sealed meanwhile may be far ahead
        }

        if (change != ClockChange.Step)
            return; // the times that it makes doubtful are the lane's
        if (!proof.BeganBefore(before - StepReach))
            EndProof();
        if (!quiet.BeganBefore(before - StepReach))
            quiet.End();
    }

    /// <summary>Nothing that is open can be proven, and what follows must be proven from its beginning (rule W5).</summary>
    private void EndProof()
    {
        SealClosing(whole: false);
        SealOpen(whole: false);
        proof.End();
    }

    /// <summary>The connection covers the stream: without ids that proves windows, and for every stream it proves silence.</summary>
    private void BeginProofs(FeedClock clock)
    {
        if (quiet.IsSettled && (Chained || proof.IsSettled))
            return;
        if (clock.Frames == 0 || clock.InDoubt || subscribedSince == Never)
            return; // before the exchange has told its time, nothing can be proven
        var now = Math.Max(clock.Latest, clock.Last);
        var sure = clock.IsFresh(settle, tolerance);
        quiet.Begin(now, clock.Frames, sure);
        quiet.Hear(clock.Last, clock.Frames);
        if (Chained || suspect || !traits.HasTime)
            return;
        proof.Begin(now, clock.Frames, sure);
        proof.Hear(clock.Last, clock.Frames);
    }

    /// <summary>A connection that was covered since a time that its clock has passed carries the stream now.</summary>
    private void BeginProofsAt(long micros)
    {
        quiet.Begin(micros, 0, sure: true);
        if (!Chained && !suspect && traits.HasTime)
            proof.Begin(micros, 0, sure: true);
    }

    /// <summary>What an undecodable frame may have held lies before the next time that its connection tells: the gap row can be written.</summary>
    private void SettleDoubt(FeedClock clock, bool ends = false)
    {
        if (doubt is not { } since || (clock.Frames == since.Frames && !ends))
            return;
        doubt = null;
        var reached = clock.Latest > 0 ? clock.Latest : clock.Local;
        var from = since.From;
        if (from == 0)
        {
            from = reached - Math.Max(0, clock.Local - since.At) - grace;
            from = lastMicros > 0 ? Math.Min(from, lastMicros) : from;
        }

        Report(new(stream, null, from, Math.Max(reached, from) + grace, GapCause.Undecodable));
    }

    /// <summary>Something was received that has its time in a window and is not among its rows: the window is neither whole nor quiet.</summary>
    private void Touch(Window window)
    {
        if (touched.Count == MostWindows)
        {
            touchedBefore = Math.Max(touchedBefore, touched.Min());
            touched.Remove(touched.Min());
        }

        touched.Add(window.StartMicros);
    }

    private bool IsDistrusted => feed is { Distrusted: true } || overlap is { Newer.Distrusted: true };

    private bool IsTouched(Window window)
    {
        return Doubtful.Touch(window.StartMicros - settle, window.EndMicros + grace) || window.StartMicros <= touchedBefore || touched.Contains(window.StartMicros) || odd.Holds(window);
    }

    /// <summary>True when the stream was covered all through a window, and nothing of it was received (rule Q1).</summary>
    private bool IsQuiet(Window window, FeedClock clock) =>
        !clock.InDoubt && !IsDistrusted && clock.Exchange >= window.EndMicros + grace && quiet.Covers(window.StartMicros)
        && !IsTouched(window);

    private void ProveQuiet(FeedClock clock)
    {
        for (var i = unproven.Count - 1; i >= 0; i--)
            if (!quiet.Covers(unproven[i].StartMicros))
            {
                unproven.RemoveAt(i);
            }
            else if (IsQuiet(unproven[i], clock))
            {
                coverage.ProvenQuiet(unproven[i]);
                unproven.RemoveAt(i);
            }
    }
}
