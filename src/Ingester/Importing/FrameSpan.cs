namespace Ingester.Importing;

/// <summary>The range of imported frames, numbered from 1 across all files; both ends are included.</summary>
/// <param name="From">The first frame.</param>
/// <param name="To">The last frame.</param>
internal readonly record struct FrameSpan(long From, long To)
{
    /// <summary>True when the range contains this frame number.</summary>
    public bool Contains(long number) => number >= From && number <= To;
}
