using System.Globalization;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Recording.Lanes;
using Ingester.WebSockets.Frames;

namespace Ingester.Integration.Tests.Isolation;

/// <summary>Measures how long it takes from the time in a frame (<c>"time":"2026-11-29T10:00:00.000000Z"</c>) until its row is in a segment.</summary>
internal sealed class LagLane(ILane lane, TimeProvider clock, List<double> lags) : ILane
{
    public int StalledCount => lane.StalledCount;

    public void Add(IReadOnlyList<Subscription> streams) => lane.Add(streams);

    public void Remove(IReadOnlyList<Subscription> streams) => lane.Remove(streams);

    public void Close() => lane.Close();

    public ILaneFeed OpenFeed(INoticeListener listener) => new Feed(lane.OpenFeed(listener), clock, lags);

    private sealed class Feed(ILaneFeed feed, TimeProvider clock, List<double> lags) : ILaneFeed, IBufferedMessageSource
    {
        private IBufferedMessageSource? rest;
        private DateTimeOffset? time; // of the frame that is being recorded

        private static ReadOnlySpan<byte> Name => "\"time\":\""u8;

        public TakeoverReadiness Takeover => feed.Takeover;

        public void Receive(ReadOnlySpan<byte> frame)
        {
            time = TimeOf(frame);
            feed.Receive(frame);
            Recorded();
        }

        public void ReceiveBuffered(IBufferedMessageSource arrived, int longest)
        {
            rest = arrived;
            feed.ReceiveBuffered(this, longest);
        }

        public bool TryReadMessage(int longest, out ReadOnlySpan<byte> message)
        {
            Recorded(); // the frame before
            if (!rest!.TryReadMessage(longest, out message))
                return false;
            time = TimeOf(message);
            return true;
        }

        public void OnMessagesLost() => feed.OnMessagesLost();

        public void OnSubscribed(IReadOnlyList<Subscription> streams) => feed.OnSubscribed(streams);

        public bool Carries(Subscription stream) => feed.Carries(stream);

        public string? FindUnsubscribeMessage(Subscription stream) => feed.FindUnsubscribeMessage(stream);

        public void Dispose() => feed.Dispose();

        private static DateTimeOffset? TimeOf(ReadOnlySpan<byte> frame)
        {
            var at = frame.IndexOf(Name);
            if (at < 0)
                return null;
            var text = frame[(at + Name.Length)..];
            return DateTimeOffset.TryParse(Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)'"'))]), CultureInfo.InvariantCulture, out var time) ? time : null;
        }

        private void Recorded()
        {
            if (time is not { } sent)
                return;
            time = null;
            lock (lags)
                lags.Add((clock.GetUtcNow() - sent).TotalMilliseconds);
        }
    }
}
