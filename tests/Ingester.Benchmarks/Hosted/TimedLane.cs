using Ingester.Core.Connections;
using Ingester.Core.Exchanges;
using Ingester.Core.Segments;

namespace Ingester.Benchmarks.Hosted;

/// <summary>A lane whose frames are timed: from the stamp that each carries until it has been taken, its row in its segment.</summary>
internal sealed class TimedLane(ILane lane, DelayLog delays, CloseWatch closes) : ILane
{
    /// <inheritdoc/>
    public int Stalled => lane.Stalled;

    /// <inheritdoc/>
    public void Add(IReadOnlyList<Subscription> streams) => lane.Add(streams);

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<Subscription> streams) => lane.Remove(streams);

    /// <inheritdoc/>
    public ILaneFeed Open(INoticeListener listener) => new Feed(lane.Open(listener), delays, closes);

    private sealed class Feed(ILaneFeed feed, DelayLog delays, CloseWatch closes) : ILaneFeed
    {
        private const int Digits = 16;

        public Takeover Takeover => feed.Takeover;

        public void Receive(ReadOnlySpan<byte> frame, bool withFormer = false)
        {
            feed.Receive(frame, withFormer);
            if (frame.Length < Digits + 6 || !frame[^(Digits + 6)..].StartsWith("\"us\":"u8))
                return; // an answer
            long stamp = 0;
            foreach (var digit in frame[^(Digits + 1)..^1])
                stamp = stamp * 10 + (digit - '0');
            var now = DelayLog.NowMicros();
            delays.Add(now, now - stamp);
            closes.Came(frame, stamp, now);
        }

        public void Subscribed(IReadOnlyList<Subscription> streams) => feed.Subscribed(streams);

        public bool Carries(Subscription stream) => feed.Carries(stream);

        public void Dispose() => feed.Dispose();
    }
}
