using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Segments;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The streams of one planned connection: their cursors and open segments. One feed, or two during a handover, delivers frames. The
/// lane takes its lock once for the frames of one read; the lock is uncontended, and lanes share no data.
/// </summary>
internal interface ILane
{
    /// <summary>Adds streams before they are subscribed.</summary>
    void Add(IReadOnlyList<Subscription> streams);

    /// <summary>Removes streams that are not recorded any more: they are sealed and reported as delisted.</summary>
    void Remove(IReadOnlyList<Subscription> streams);

    /// <summary>
    /// Opens the feed of one connection; disposing the feed means that the connection is lost. While another feed is open, the new one
    /// is its successor. It must be opened before the new connection subscribes.
    /// </summary>
    ILaneFeed OpenFeed(INoticeListener listener);

    /// <summary>Ends recording after every feed is disposed: all streams hand over their rows. May be called more than once.</summary>
    /// <exception cref="AggregateException">Streams could not hand over their rows because of a bug; all others have.</exception>
    void Close();

    /// <summary>Number of stalled streams: no event for much longer than usual, although the connection is alive.</summary>
    int StalledCount { get; }
}

/// <summary>
/// Passes the frames of one connection to a lane. Disposing it marks the streams that no other connection carries as interrupted.
/// </summary>
internal interface ILaneFeed : IDisposable
{
    /// <summary>Processes one frame. A frame that cannot be decoded is quarantined; no exception is thrown for it.</summary>
    void Receive(ReadOnlySpan<byte> frame);

    /// <summary>
    /// Processes the frames that were received together with the previous one, with one clock reading and one lock for all of them.
    /// </summary>
    /// <param name="came">The received messages.</param>
    /// <param name="longest">Maximum length of a frame in bytes; a longer one stays in the buffer.</param>
    void ReceiveBuffered(IBufferedMessageSource came, int longest);

    /// <summary>The exchange confirmed these streams: they are covered from now on.</summary>
    void OnSubscribed(IReadOnlyList<Subscription> streams);

    /// <summary>True when the connection receives the stream, whether or not the exchange confirmed it.</summary>
    bool Carries(Subscription stream);

    /// <summary>Whether this connection could carry all streams of the lane alone without loss.</summary>
    TakeoverReadiness Takeover { get; }
}

/// <summary>Receives what an exchange sends besides events.</summary>
internal interface INoticeListener
{
    /// <summary>Called while the frame is processed; the notice is valid during the call only.</summary>
    void OnNotice(in Notice notice);

    /// <summary>
    /// Requests that a stream is resubscribed, because it is stalled or its book is invalid. Called by the thread that ticks the lane.
    /// </summary>
    void Resubscribe(Subscription stream);
}
