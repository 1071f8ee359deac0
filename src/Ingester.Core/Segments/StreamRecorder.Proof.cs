using System;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>Begins and ends the proofs of a stream, and decides which windows are quiet.</summary>
internal sealed partial class StreamRecorder
{
    /// <summary>Maximum number of excluded windows that are remembered, and of windows that wait for the proof that they are quiet.</summary>
    private const int MaxWindows = 64;

    /// <summary>How far back a step of the exchange clock may have misled a proof, in microseconds.</summary>
    private static readonly long StepReachMicros = Micros.From(TimeSpan.FromMinutes(1));

    private readonly HashSet<long> excludedWindows = []; // starts of windows that contain the time of an event that was stored elsewhere
    private long excludedBefore = long.MinValue; // earlier windows are discarded and count as excluded
    private readonly List<Window> unprovenQuiet = []; // reported as absent; the exchange clock may still prove them quiet
    private WindowProof quietProof = new(Micros.From(context.Options.Settle));
    private (long From, long At, long Frames)? pendingUndecodable; // an undecodable frame may be of this stream; From is zero without an earlier exchange time
    private bool gapMayBeUndecodable; // the next gap may have been caused by that frame

    /// <summary>
    /// An undecodable frame was received that may belong to this stream (rules U1 and U2).
    /// </summary>
    /// <param name="clock">The connection that received it.</param>
    /// <param name="since">The exchange clock when the first such frame was received that is not reported yet; zero when it was unknown.</param>
    /// <param name="at">The local clock at that time.</param>
    public void UndecodableFrameReceived(ConnectionClock clock, long since, long at)
    {
        if (carrier is not null && carrier != clock && handover?.Successor != clock && handover?.Predecessor != clock)
            return;
        quietProof.End();
        gapMayBeUndecodable = true;
        if (IsChained)
            return;
        var from = since > 0 && lastMicros > 0 ? Math.Min(lastMicros, since) : since;
        pendingUndecodable = (Math.Min(from, pendingUndecodable?.From ?? from), Math.Min(at, pendingUndecodable?.At ?? at), clock.TimedFrames);
        EndProof();
    }

    /// <summary>
    /// The connection's exchange clock made a step, was set back, contradicts the local clock, or agrees with it again (rules T3 and T4).
    /// </summary>
    public void ClockChanged(ConnectionClock clock, ClockChange change, long before)
    {
        if (carrier is not null && carrier != clock && handover?.Successor != clock)
            return;
        if (change == ClockChange.TrustChange)
        {
            EndProof();
            quietProof.End();
            highestWindow = null;
            if (clock.IsDistrusted)
                trustedStart = sealedStart;
            else
                sealedStart = trustedStart; // segments sealed in the meantime may be far ahead
        }

        if (change != ClockChange.StepForward)
            return; // the lane stores the doubtful times
        if (!proof.HasBegunBefore(before - StepReachMicros))
            EndProof();
        if (!quietProof.HasBegunBefore(before - StepReachMicros))
            quietProof.End();
    }

    /// <summary>Ends the proof: no open segment can be whole, and later windows need a new proof (rule W5).</summary>
    private void EndProof()
    {
        SealClosing(whole: false);
        SealOpen(whole: false);
        proof.End();
    }

    /// <summary>The connection is subscribed. Without ids this proves windows; for every stream it proves silence.</summary>
    private void BeginProofs(ConnectionClock clock)
    {
        if (quietProof.IsConfirmed && (IsChained || proof.IsConfirmed))
            return;
        if (clock.TimedFrames == 0 || clock.HasPendingUndecodable || subscribedSince == Never)
            return; // before the first exchange time, nothing can be proven
        var now = Math.Max(clock.HighestExchangeTime, clock.LastExchangeTime);
        var sure = clock.IsFresh(settle, tolerance);
        quietProof.Begin(now, clock.TimedFrames, sure);
        quietProof.Confirm(clock.LastExchangeTime, clock.TimedFrames);
        if (IsChained || isSuspect || !traits.HasExchangeTime)
            return;
        proof.Begin(now, clock.TimedFrames, sure);
        proof.Confirm(clock.LastExchangeTime, clock.TimedFrames);
    }

    /// <summary>Begins the proofs of a connection that carries the stream now, at the earlier exchange time since which it is subscribed.</summary>
    private void BeginProofsAt(long micros)
    {
        quietProof.Begin(micros, 0, sure: true);
        if (!IsChained && !isSuspect && traits.HasExchangeTime)
            proof.Begin(micros, 0, sure: true);
    }

    /// <summary>
    /// Writes the gap row of an undecodable frame once the connection has received a later exchange time: its events are before that time.
    /// </summary>
    private void ReportUndecodable(ConnectionClock clock, bool ends = false)
    {
        if (pendingUndecodable is not { } since || (clock.TimedFrames == since.Frames && !ends))
            return;
        pendingUndecodable = null;
        var reached = clock.HighestExchangeTime > 0 ? clock.HighestExchangeTime : clock.LocalTime;
        var from = since.From;
        if (from == 0)
        {
            from = reached - Math.Max(0, clock.LocalTime - since.At) - grace;
            from = lastMicros > 0 ? Math.Min(from, lastMicros) : from;
        }

        Report(new(stream, null, from, Math.Max(reached, from) + grace, GapCause.Undecodable));
    }

    /// <summary>Excludes a window: an event with a time in it is stored elsewhere, so the window is neither whole nor quiet.</summary>
    private void ExcludeWindow(Window window)
    {
        if (excludedWindows.Count == MaxWindows)
        {
            excludedBefore = Math.Max(excludedBefore, excludedWindows.Min());
            excludedWindows.Remove(excludedWindows.Min());
        }

        excludedWindows.Add(window.StartMicros);
    }

    private bool IsDistrusted => carrier is { IsDistrusted: true } || handover is { Successor.IsDistrusted: true };

    private bool IsExcluded(Window window)
    {
        return DoubtfulTimes.Overlaps(window.StartMicros - settle, window.EndMicros + grace) || window.StartMicros <= excludedBefore || excludedWindows.Contains(window.StartMicros) || detached.Contains(window);
    }

    /// <summary>True when the stream was subscribed throughout a window and had no events in it (rule Q1).</summary>
    private bool IsQuiet(Window window, ConnectionClock clock) =>
        !clock.HasPendingUndecodable && !IsDistrusted && clock.ExchangeTime >= window.EndMicros + grace && quietProof.Covers(window.StartMicros)
        && !IsExcluded(window);

    private void ProveQuiet(ConnectionClock clock)
    {
        for (var i = unprovenQuiet.Count - 1; i >= 0; i--)
            if (!quietProof.Covers(unprovenQuiet[i].StartMicros))
            {
                unprovenQuiet.RemoveAt(i);
            }
            else if (IsQuiet(unprovenQuiet[i], clock))
            {
                coverage.ReportQuiet(unprovenQuiet[i]);
                unprovenQuiet.RemoveAt(i);
            }
    }
}
