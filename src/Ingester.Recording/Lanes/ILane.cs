using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Lanes;

/// <summary>
/// The streams of one planned connection: their cursors and open segments. One feed (while connections rotate, two) brings frames; a lane
/// takes an uncontended lock for the frames that came together, and the feeds of different lanes share nothing.
/// </summary>
internal interface ILane
{
    /// <summary>Streams that will be subscribed.</summary>
    void Add(IReadOnlyList<Subscription> streams);

    /// <summary>Streams that nobody wants any more: sealed and reported as delisted.</summary>
    void Remove(IReadOnlyList<Subscription> streams);

    /// <summary>
    /// Opens the feed of one connection; disposing it says that the connection is lost. While another is open, the new one is its successor: it must
    /// be opened before the new connection asks for anything.
    /// </summary>
    ILaneFeed Open(INoticeListener listener);

    /// <summary>Recording ends, and every feed is disposed: all streams hand over what they have. May be called more than once.</summary>
    /// <exception cref="AggregateException">Streams could not hand over because of a bug; all others have.</exception>
    void Close();

    /// <summary>How many streams are silent for longer than they ever are, although their connection lives.</summary>
    int Stalled { get; }
}

/// <summary>The frames of one connection on their way into a lane. Disposing it marks what only it carried as interrupted.</summary>
internal interface ILaneFeed : IDisposable
{
    /// <summary>Takes one frame; a frame that does not decode is quarantined, never thrown.</summary>
    void Receive(ReadOnlySpan<byte> frame);

    /// <summary>Takes the frames that came together with the one before: for all of them the clock is not read again, and the lock taken once.</summary>
    /// <param name="came">What came.</param>
    /// <param name="longest">The most bytes that a frame may have; a longer one is left.</param>
    void ReceiveRest(IMessageSource came, int longest);

    /// <summary>The exchange confirmed these streams: from now on the connection covers them.</summary>
    void Subscribed(IReadOnlyList<Subscription> streams);

    /// <summary>True when the connection brings the stream, whether or not the exchange said so.</summary>
    bool Carries(Subscription stream);

    /// <summary>Whether this connection could carry all streams of the lane alone, without a loss.</summary>
    Takeover Takeover { get; }
}

/// <summary>Who must hear what an exchange says besides events.</summary>
internal interface INoticeListener
{
    /// <summary>Called while the frame is received; the notice lives no longer than the call.</summary>
    void Heard(in Notice notice);

    /// <summary>
    /// A stream is silent although the connection and its siblings live, or its book is wrong: it is to be asked for anew. Called by whoever lets the
    /// lane's time pass.
    /// </summary>
    void Stalled(Subscription stream);
}
