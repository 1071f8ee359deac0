using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>Begins and ends the proofs of a stream, and decides which windows are quiet.</summary>
internal sealed partial class StreamRecorder
{
    /// <summary>Maximum number of excluded windows that are remembered, and of windows that wait for the proof that they are quiet.</summary>
    private const int MostWindows = 64;

    /// <summary>How far back a step of the exchange clock may have misled a proof, in microseconds.</summary>
    private static readonly long StepReach = Micros.From(TimeSpan.FromMinutes(1));

    private readonly HashSet<long> touched = []; // starts of windows that contain the time of an event that was stored elsewhere
    private long touchedBefore = long.MinValue; // earlier windows are discarded and count as excluded
    private readonly List<Window> unproven = []; // reported as absent; the exchange clock may still prove them quiet
    private WindowProof quiet = new(Micros.From(context.Options.Settle));
    private (long From, long At, long Frames)? doubt; // an undecodable frame may be of this stream; From is zero without an earlier exchange time
    private bool doubtedGap; // the next gap may have been caused by that frame

    /// <summary>
    /// An undecodable frame was received that may belong to this stream (rules U1 and U2).
    /// </summary>
    /// <param name="clock">The connection that received it.</param>
    /// <param name="since">The exchange clock when the first such frame was received that is not reported yet; zero when it was unknown.</param>
    /// <param name="at">The local clock at that time.</param>
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

    /// <summary>
    /// The connection's exchange clock made a step, was set back, contradicts the local clock, or agrees with it again (rules T3 and T4).
    /// </summary>
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
                sealedStart = trustedStart; // segments sealed in the meantime may be far ahead
        }

        if (change != ClockChange.Step)
            return; // the lane stores the doubtful times
        if (!proof.BeganBefore(before - StepReach))
            EndProof();
        if (!quiet.BeganBefore(before - StepReach))
            quiet.End();
    }

    /// <summary>Ends the proof: no open segment can be whole, and later windows need a new proof (rule W5).</summary>
    private void EndProof()
    {
        SealClosing(whole: false);
        SealOpen(whole: false);
        proof.End();
    }

    /// <summary>The connection is subscribed. Without ids this proves windows; for every stream it proves silence.</summary>
    private void BeginProofs(FeedClock clock)
    {
        if (quiet.IsSettled && (Chained || proof.IsSettled))
            return;
        if (clock.Frames == 0 || clock.InDoubt || subscribedSince == Never)
            return; // before the first exchange time, nothing can be proven
        var now = Math.Max(clock.Latest, clock.Last);
        var sure = clock.IsFresh(settle, tolerance);
        quiet.Begin(now, clock.Frames, sure);
        quiet.Hear(clock.Last, clock.Frames);
        if (Chained || suspect || !traits.HasTime)
            return;
        proof.Begin(now, clock.Frames, sure);
        proof.Hear(clock.Last, clock.Frames);
    }

    /// <summary>Begins the proofs of a connection that carries the stream now, at the earlier exchange time since which it is subscribed.</summary>
    private void BeginProofsAt(long micros)
    {
        quiet.Begin(micros, 0, sure: true);
        if (!Chained && !suspect && traits.HasTime)
            proof.Begin(micros, 0, sure: true);
    }

    /// <summary>
    /// Writes the gap row of an undecodable frame once the connection has received a later exchange time: its events are before that time.
    /// </summary>
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

    /// <summary>Excludes a window: an event with a time in it is stored elsewhere, so the window is neither whole nor quiet.</summary>
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

    /// <summary>True when the stream was subscribed throughout a window and had no events in it (rule Q1).</summary>
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
