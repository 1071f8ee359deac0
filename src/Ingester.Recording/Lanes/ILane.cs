using Ingester.Core.Exchanges;

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
