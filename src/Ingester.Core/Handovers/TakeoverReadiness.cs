namespace Ingester.Core.Handovers;

/// <summary>Whether a successor can take over a stream without loss.</summary>
internal enum TakeoverReadiness : byte
{
    /// <summary>The predecessor can be closed: the successor delivers everything that follows.</summary>
    Ready,

    /// <summary>The successor is subscribed, but it is not proven yet that its rows continue those of the predecessor.</summary>
    Pending,

    /// <summary>The successor is not subscribed, or the predecessor delivers events that the successor does not.</summary>
    Incomplete,
}
