using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Recording.Lanes;
using Ingester.WebSockets.Frames;

namespace Ingester.Integration.Tests.Recording;

/// <summary>A lane that cannot decode every fifth frame with a trade, as if the decoder had a bug: it receives text that is no frame instead.</summary>
internal sealed class BrokenDecoderLane(ILane lane) : ILane
{
    private const int Share = 5;

    public int StalledCount => lane.StalledCount;

    public void Add(IReadOnlyList<Subscription> streams) => lane.Add(streams);

    public void Remove(IReadOnlyList<Subscription> streams) => lane.Remove(streams);

    public void Close() => lane.Close();

    public ILaneFeed OpenFeed(INoticeListener listener) => new Feed(lane.OpenFeed(listener));

    private sealed class Feed(ILaneFeed feed) : ILaneFeed, IBufferedMessageSource
    {
        private IBufferedMessageSource? rest;
        private int trades;

        public TakeoverReadiness Takeover => feed.Takeover;

        public void Receive(ReadOnlySpan<byte> frame) => feed.Receive(Decodable(frame));

        public void ReceiveBuffered(IBufferedMessageSource messages, int maxLength)
        {
            rest = messages;
            feed.ReceiveBuffered(this, maxLength);
        }

        public bool TryReadMessage(int maxLength, out ReadOnlySpan<byte> message)
        {
            if (!rest!.TryReadMessage(maxLength, out message))
                return false;
            message = Decodable(message);
            return true;
        }

        public void OnMessagesLost() => feed.OnMessagesLost();

        public void OnSubscribed(IReadOnlyList<Subscription> streams) => feed.OnSubscribed(streams);

        public bool Carries(Subscription stream) => feed.Carries(stream);

        public string? FindUnsubscribeMessage(Subscription stream) => feed.FindUnsubscribeMessage(stream);

        public void Dispose() => feed.Dispose();

        private ReadOnlySpan<byte> Decodable(ReadOnlySpan<byte> frame) =>
            frame.IndexOf("@trade"u8) >= 0 && ++trades % Share == 0 ? "not a frame"u8 : frame;
    }
}
