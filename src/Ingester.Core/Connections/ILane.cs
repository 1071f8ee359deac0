using Ingester.Core.Exchanges;

namespace Ingester.Core.Connections;

/// <summary>
/// The streams of one planned connection: their cursors and open segments. One feed (while connections rotate, two) brings frames; a lane
/// takes one uncontended lock per frame, and the feeds of different lanes share nothing.
/// </summary>
internal interface ILane
{
    /// <summary>Streams that will be subscribed.</summary>
    void Add(IReadOnlyList<Subscription> streams);

    /// <summary>Streams that nobody wants any more: sealed and reported as delisted.</summary>
    void Remove(IReadOnlyList<Subscription> streams);

    /// <summary>Opens the feed of one connection; disposing it says that the connection is lost.</summary>
    ILaneFeed Open(INoticeListener listener);
}

/// <summary>The frames of one connection on their way into a lane. Disposing it marks its streams as interrupted.</summary>
internal interface ILaneFeed : IDisposable
{
    /// <summary>Takes one frame; a frame that does not decode is quarantined, never thrown.</summary>
    void Receive(ReadOnlySpan<byte> frame);

    /// <summary>The exchange confirmed these streams: from now on the connection covers them.</summary>
    void Subscribed(IReadOnlyList<Subscription> streams);
}

/// <summary>Who must hear what an exchange says besides events.</summary>
internal interface INoticeListener
{
    /// <summary>Called while the frame is received; the notice lives no longer than the call.</summary>
    void Heard(in Notice notice);
}
