using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Recording.Lanes;
using Ingester.WebSockets.Frames;

namespace Ingester.Benchmarks.Hosted;

/// <summary>A lane that measures each frame: from its timestamp until its row is in the segment.</summary>
internal sealed class TimedLane(ILane lane, DelayLog delays, StoreDelayMeter closes) : ILane
{
    /// <inheritdoc/>
    public int StalledCount => lane.StalledCount;

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Subscription> streams) => lane.Add(streams);

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Subscription> streams) => lane.Remove(streams);

    /// <inheritdoc/>
    public void Close() => lane.Close();

    /// <inheritdoc/>
    public ILaneFeed OpenFeed(INoticeListener listener) => new Feed(lane.OpenFeed(listener), delays, closes);

    private sealed class Feed(ILaneFeed feed, DelayLog delays, StoreDelayMeter closes) : ILaneFeed, IBufferedMessageSource
    {
        private const int Digits = 16;

        private IBufferedMessageSource? rest;
        private long stamp; // of the frame that is being recorded; zero for none
        private int? closed;

        public TakeoverReadiness Takeover => feed.Takeover;

        public void Receive(ReadOnlySpan<byte> frame)
        {
            Comes(frame);
            feed.Receive(frame);
            Taken();
        }

        public void ReceiveBuffered(IBufferedMessageSource came, int longest)
        {
            rest = came;
            feed.ReceiveBuffered(this, longest);
        }

        public bool TryReadMessage(int longest, out ReadOnlySpan<byte> message)
        {
            Taken(); // a call for the next frame means that the previous one is recorded
            if (!rest!.TryReadMessage(longest, out message))
                return false;
            Comes(message);
            return true;
        }

        public void OnMessagesLost() => feed.OnMessagesLost();

        public void OnSubscribed(IReadOnlyList<Subscription> streams) => feed.OnSubscribed(streams);

        public bool Carries(Subscription stream) => feed.Carries(stream);

        public string? FindUnsubscribeMessage(Subscription stream) => feed.FindUnsubscribeMessage(stream);

        public void Dispose() => feed.Dispose();

        private void Comes(ReadOnlySpan<byte> frame)
        {
            stamp = 0;
            if (frame.Length < Digits + 6 || !frame[^(Digits + 6)..].StartsWith("\"us\":"u8))
                return; // a response
            foreach (var digit in frame[^(Digits + 1)..^1])
                stamp = stamp * 10 + (digit - '0');
            closed = closes.ClosedBy(frame, stamp);
        }

        private void Taken()
        {
            if (stamp == 0)
                return;
            var now = DelayLog.NowMicros();
            delays.Add(now, now - stamp);
            if (closed is { } stream)
                closes.Closed(stream, stamp, now);
            stamp = 0;
        }
    }
}
