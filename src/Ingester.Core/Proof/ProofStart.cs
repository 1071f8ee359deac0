namespace Ingester.Core.Proof;

/// <summary>
/// The exchange time since which a stream has no gap (rules W1, W2 and W5 of <c>docs/proof.md</c>). The start of a window is proven when the proof
/// began at least the proof lead time before it. One wrong time must not make a proof begin too early: the proof counts only after a second frame
/// with a time, and begins at the later of both times.
/// </summary>
/// <param name="leadTime">How long before a window the proof must begin, in microseconds.</param>
internal struct ProofStart(long leadTime)
{
    private const long Never = long.MaxValue;

    private long began = Never;
    private long beganAtFrame;
    private bool confirmed;

    /// <summary>True from <see cref="Begin"/> to <see cref="End"/>.</summary>
    public readonly bool HasBegun => began != Never;

    /// <summary>True when the proof has begun and its beginning is final.</summary>
    public readonly bool IsConfirmed => HasBegun && confirmed;

    /// <summary>Begins a proof unless one has already begun.</summary>
    /// <param name="micros">The exchange time since which there is no gap.</param>
    /// <param name="frames">Number of frames with an exchange time that the connection has received.</param>
    /// <param name="sure">True when the exchange clock confirms the time: then no second frame is needed.</param>
    public void Begin(long micros, long frames, bool sure = false)
    {
        if (!HasBegun)
            (began, beganAtFrame, confirmed) = (micros, frames, sure);
    }

    /// <summary>Confirms the proof by the time of a later frame.</summary>
    /// <param name="micros">The exchange time of the last frame that had one.</param>
    /// <param name="frames">Number of frames with an exchange time that the connection has received.</param>
    public void Confirm(long micros, long frames)
    {
        if (confirmed || !HasBegun || frames == beganAtFrame)
            return;
        (began, confirmed) = (Math.Max(began, micros), true);
    }

    /// <summary>Ends the proof because a message may be missing: no window that is open now can be proven.</summary>
    public void End() => began = Never;

    /// <summary>True when the proof began before a time, microseconds of exchange time.</summary>
    public readonly bool HasBegunBefore(long micros) => HasBegun && began < micros;

    /// <summary>True when the proof began at least the proof lead time before this time.</summary>
    public readonly bool Covers(long startMicros) => confirmed && HasBegun && startMicros - leadTime >= began;
}
