using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Lanes;

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
    /// <param name="messages">The received messages.</param>
    /// <param name="maxLength">Maximum length of a frame in bytes; a longer one stays in the buffer.</param>
    void ReceiveBuffered(IBufferedMessageSource messages, int maxLength);

    /// <summary>Messages of the connection are missing from here, as in a recording that could not keep up: no window that is open is proven.</summary>
    void OnMessagesLost();

    /// <summary>The exchange confirmed these streams: they are covered from now on.</summary>
    void OnSubscribed(IReadOnlyList<Subscription> streams);

    /// <summary>True when the connection receives the stream, whether or not the exchange confirmed it.</summary>
    bool Carries(Subscription stream);

    /// <summary>
    /// The message that unsubscribes a stream by the id of its channel on this connection; null where the exchange unsubscribes by name, or has no such
    /// channel.
    /// </summary>
    string? FindUnsubscribeMessage(Subscription stream);

    /// <summary>Whether this connection could carry all streams of the lane alone without loss.</summary>
    TakeoverReadiness Takeover { get; }
}
