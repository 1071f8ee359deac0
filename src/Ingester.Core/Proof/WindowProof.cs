namespace Ingester.Core.Proof;

/// <summary>
/// Since when nothing of a stream can be missing, in exchange time (rules W1, W2 and W5 of <c>docs/proof.md</c>). A window is proven at its left edge when the
/// proof began a settle time before it. One wrong time must not move the beginning into the past: it counts only once a second frame has
/// told its time, and then from the later of both.
/// </summary>
/// <param name="settle">How long before a window the proof must begin, microseconds.</param>
internal struct WindowProof(long settle)
{
    private const long Never = long.MaxValue;

    private long began = Never;
    private long frame;
    private bool confirmed;

    /// <summary>True from <see cref="Begin"/> to <see cref="End"/>.</summary>
    public readonly bool HasBegun => began != Never;

    /// <summary>True when it has begun and nothing that is heard changes when.</summary>
    public readonly bool IsSettled => HasBegun && confirmed;

    /// <summary>Begins a proof, unless one has begun.</summary>
    /// <param name="micros">The exchange time since which nothing is missing.</param>
    /// <param name="frames">How many frames with a time the connection has received.</param>
    /// <param name="sure">True where the exchange's clock says the same: then no second frame is waited for.</param>
    public void Begin(long micros, long frames, bool sure = false)
    {
        if (!HasBegun)
            (began, frame, confirmed) = (micros, frames, sure);
    }

    /// <summary>Hears the time of a later frame.</summary>
    /// <param name="micros">The exchange time of the last frame that had one.</param>
    /// <param name="frames">How many frames with a time the connection has received.</param>
    public void Hear(long micros, long frames)
    {
        if (confirmed || !HasBegun || frames == frame)
            return;
        (began, confirmed) = (Math.Max(began, micros), true);
    }

    /// <summary>Something may be missing: no window that is open now can be proven.</summary>
    public void End() => began = Never;

    /// <summary>True when the proof has begun before a moment, microseconds of exchange time.</summary>
    public readonly bool BeganBefore(long micros) => HasBegun && began < micros;

    /// <summary>True when nothing can be missing from a settle time before this moment on.</summary>
    public readonly bool Covers(long startMicros) => confirmed && HasBegun && startMicros - settle >= began;
}
