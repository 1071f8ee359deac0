using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Recording.Lanes;
using Ingester.WebSockets.Frames;

namespace Ingester.Checking;

/// <summary>A lane of the recorder whose connections are observed.</summary>
internal sealed class ObservedLane(ILane lane, ExchangeObserver observer) : ILane
{
    private long dialingSince = observer.Timestamp();

    /// <inheritdoc/>
    public int StalledCount => lane.StalledCount;

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Subscription> streams)
    {
        observer.StreamsAdded(streams);
        lane.Add(streams);
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Subscription> streams) => lane.Remove(streams);

    /// <inheritdoc/>
    public ILaneFeed OpenFeed(INoticeListener listener) => new Feed(lane.OpenFeed(listener), observer.ConnectionOpened(dialingSince), () => dialingSince = observer.Timestamp());

    /// <inheritdoc/>
    public void Close() => lane.Close();

    private sealed class Feed(ILaneFeed feed, ConnectionObserver connection, Action onClosed) : ILaneFeed, IBufferedMessageSource
    {
        private IBufferedMessageSource? rest;

        public TakeoverReadiness Takeover => feed.Takeover;

        public void Receive(ReadOnlySpan<byte> frame)
        {
            connection.Read(frame);
            feed.Receive(frame);
        }

        public void ReceiveBuffered(IBufferedMessageSource messages, int maxLength)
        {
            rest = messages;
            feed.ReceiveBuffered(this, maxLength);
        }

        public bool TryReadMessage(int maxLength, out ReadOnlySpan<byte> message)
        {
            if (!rest!.TryReadMessage(maxLength, out message))
                return false;
            connection.Read(message);
            return true;
        }

        public void OnMessagesLost() => feed.OnMessagesLost();

        public void OnSubscribed(IReadOnlyList<Subscription> streams)
        {
            connection.Confirmed.UnionWith(streams);
            feed.OnSubscribed(streams);
        }

        public bool Carries(Subscription stream) => feed.Carries(stream);

        public string? FindUnsubscribeMessage(Subscription stream) => feed.FindUnsubscribeMessage(stream);

        public void Dispose()
        {
            onClosed();
            feed.Dispose();
        }
    }
}
