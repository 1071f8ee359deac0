using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// What is proven about the windows of a stream, by the rules of <c>docs/proof.md</c>: the proof of windows with events, the proof of silence, and
/// which windows can be whole or quiet.
/// </summary>
internal sealed class WindowProof(RecordedStream stream, StreamConnections connections, ExcludedWindows excluded, BookTrust book, StreamCursor? cursor)
{
    private const long Never = long.MaxValue;

    /// <summary>How far back a step of the exchange clock may have misled a proof, in microseconds.</summary>
    private static readonly long StepReachMicros = Micros.From(TimeSpan.FromMinutes(1));

    private ProofStart proof = new(stream.Times.ProofLeadTime);
    private ProofStart quietProof = new(stream.Times.ProofLeadTime);
    private long sealedStart = long.MinValue; // no segment of this or an earlier window can be whole any more
    private long trustedStart = long.MinValue; // the same, when the local clock was last trusted

    /// <summary>Local time since which a connection carries the stream; far in the future while none does.</summary>
    public long CarriedSince { get; private set; } = Never;

    /// <summary>True when the proof of windows has begun.</summary>
    public bool HasBegun => proof.HasBegun;

    /// <summary>A connection carries the stream.</summary>
    public void MarkCarried(long localTime) => CarriedSince = Math.Min(CarriedSince, localTime);

    /// <summary>No connection carries the stream any more.</summary>
    public void MarkNotCarried() => CarriedSince = Never;

    /// <summary>Ends the proof of windows: later windows need a new proof (rule W5).</summary>
    public void End() => proof.End();

    /// <summary>Ends the proof of silence.</summary>
    public void EndQuiet() => quietProof.End();

    /// <summary>The connection is subscribed: begins the proof of silence, and, for a stream without ids, the proof of windows.</summary>
    public void Begin(ConnectionClock clock)
    {
        if (quietProof.IsConfirmed && (stream.IsChained || proof.IsConfirmed))
            return;
        if (clock.TimedFrames == 0 || clock.HasPendingUndecodable || CarriedSince == Never)
            return; // before the first exchange time, nothing can be proven
        var now = Math.Max(clock.HighestExchangeTime, clock.LastExchangeTime);
        var sure = clock.IsFresh(stream.Times.ProofLeadTime, stream.Times.MaxClockAhead);
        quietProof.Begin(now, clock.TimedFrames, sure);
        quietProof.Confirm(clock.LastExchangeTime, clock.TimedFrames);
        if (stream.IsChained || book.IsSuspect || !stream.Traits.HasExchangeTime)
            return;
        proof.Begin(now, clock.TimedFrames, sure);
        proof.Confirm(clock.LastExchangeTime, clock.TimedFrames);
    }

    /// <summary>Begins the proofs of a connection that carries the stream now, at the earlier exchange time since which it is subscribed.</summary>
    public void BeginAt(long micros)
    {
        quietProof.Begin(micros, 0, sure: true);
        if (!stream.IsChained && !book.IsSuspect && stream.Traits.HasExchangeTime)
            proof.Begin(micros, 0, sure: true);
    }

    /// <summary>An event of a chained stream begins the proof of later windows.</summary>
    public void BeginWith(in Arrival arrival, ConnectionClock clock)
    {
        if (stream.IsChained && stream.Traits.HasExchangeTime)
            proof.Begin(arrival.ProofStart, clock.TimedFrames, arrival.IsConfirmed);
    }

    /// <summary>Confirms the proof by the last frame of the connection.</summary>
    public void Confirm(ConnectionClock clock) => proof.Confirm(clock.LastExchangeTime, clock.TimedFrames);

    /// <summary>True when a segment that is opened now has all events from the start of the window on.</summary>
    public bool CoversStartOf(Window window) => window.StartMicros > sealedStart && proof.Covers(window.StartMicros);

    /// <summary>A segment of this window was sealed: no later segment of it, or of an earlier window, is whole.</summary>
    public void WindowSealed(Window window) => sealedStart = Math.Max(sealedStart, window.StartMicros);

    /// <summary>The local clock is distrusted or trusted again: segments sealed while it was distrusted may be far ahead.</summary>
    public void TrustChanged(bool isDistrusted)
    {
        if (isDistrusted)
            trustedStart = sealedStart;
        else
            sealedStart = trustedStart;
    }

    /// <summary>True when a step of the exchange clock may have misled the proof of windows.</summary>
    public bool IsMisledByStep(long before) => !proof.HasBegunBefore(before - StepReachMicros);

    /// <summary>Ends the proof of silence if a step of the exchange clock may have misled it.</summary>
    public void EndQuietMisledByStep(long before)
    {
        if (!quietProof.HasBegunBefore(before - StepReachMicros))
            quietProof.End();
    }

    /// <summary>True when the segment holds all events of its window, provided that no more follow.</summary>
    public bool IsWhole(OpenSegment segment) =>
        segment is { IsStartProven: true, IsTainted: false } && stream.Traits.HasExchangeTime && !connections.IsDistrusted
        && !excluded.Contains(segment.Window) && cursor is not { HasOvertakenCandidates: true } && (stream.IsChained || connections.Carrier is not { HasPendingUndecodable: true });

    /// <summary>
    /// True when a window still needs a matching checksum: with checksums, a connection alone proves nothing, and a later diff must match. Until then
    /// the segment is held, like that of a stream whose ids chain.
    /// </summary>
    public bool IsUnconfirmed(OpenSegment segment) => !stream.IsChained && !segment.IsConfirmed && stream.IsVerifyingChecksums;

    /// <summary>True when the proof of silence began before the window.</summary>
    public bool MayBeQuiet(Window window) => quietProof.Covers(window.StartMicros);

    /// <summary>True when the stream was subscribed throughout a window and had no events in it (rule Q1).</summary>
    public bool IsQuiet(Window window, ConnectionClock clock) =>
        !clock.HasPendingUndecodable && !connections.IsDistrusted && clock.ExchangeTime >= window.EndMicros + stream.Times.Grace
        && quietProof.Covers(window.StartMicros) && !excluded.Contains(window) && cursor is not { HasCandidates: true }
        && connections.Handover is not { PendingRows.Count: > 0 };
}
