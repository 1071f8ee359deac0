using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Recording.Lanes;
using Ingester.WebSockets.Frames;

namespace Ingester.Testing.Fakes;

/// <summary>
/// A lane that lists the calls to it, in order: <c>add</c>, <c>remove</c>, <c>open</c>, <c>frame …</c>, <c>subscribed …</c>,
/// <c>close</c> of a feed, <c>end</c>. The frames <c>ok 1</c> and <c>no 1 why</c> answer requests, <c>has 3 BTCUSDT</c> lists a stream, <c>bye</c> announces an end, <c>expects …</c> requests a reply, and <c>mistake</c> is a broken invariant.
/// </summary>
internal sealed class RecordingLane : ILane
{
    private readonly Channel<string> log = Channel.CreateUnbounded<string>();

    /// <summary>The takeover readiness of every feed.</summary>
    public TakeoverReadiness Takeover { get; set; } = TakeoverReadiness.Ready;

    /// <summary>Streams that feeds carry without a confirmation.</summary>
    public ISet<Subscription> Brought { get; } = new HashSet<Subscription>();

    /// <summary>The message that unsubscribes a stream by its channel id; null, the default, for none.</summary>
    public Func<Subscription, string?> UnsubscribeMessage { get; set; } = static _ => null;

    public int StalledCount => 0;

    public void Add(IReadOnlyList<Subscription> streams) => Write("add", streams);

    public void Remove(IReadOnlyList<Subscription> streams) => Write("remove", streams);

    public void Close() => log.Writer.TryWrite("end");

    public ILaneFeed OpenFeed(INoticeListener listener)
    {
        log.Writer.TryWrite("open");
        return new Feed(this, listener);
    }

    /// <summary>The next call to the lane.</summary>
    public async Task<string> NextAsync() => await log.Reader.ReadAsync().AsTask().WaitAsync(FakeServer.Deadline);

    private void Write(string what, IReadOnlyList<Subscription> streams)
    {
        if (streams.Count > 0)
            log.Writer.TryWrite($"{what} {string.Join(' ', streams.Select(s => $"{s.Dataset}:{s.Market.Name}").Order(StringComparer.Ordinal))}");
    }

    private sealed class Feed(RecordingLane lane, INoticeListener listener) : ILaneFeed
    {
        public void Receive(ReadOnlySpan<byte> frame)
        {
            var text = Encoding.UTF8.GetString(frame);
            lane.log.Writer.TryWrite(text.Length <= 100 ? $"frame {text}" : $"frame of {text.Length}");
            var words = text.Split(' ', 3);
            switch (words[0])
            {
                case "ok":
                    listener.OnNotice(new() { Kind = NoticeKind.Acknowledged, RequestId = long.Parse(words[1], CultureInfo.InvariantCulture) });
                    break;
                case "no":
                    var why = Encoding.UTF8.GetBytes(words[2]);
                    listener.OnNotice(new() { Kind = NoticeKind.Rejected, RequestId = long.Parse(words[1], CultureInfo.InvariantCulture), Text = why });
                    break;
                case "has":
                    var (id, named) = (long.Parse(words[1], CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(words.Length > 2 ? words[2] : ""));
                    if (named.Length > 0)
                        listener.OnNotice(new() { Kind = NoticeKind.SubscriptionListed, RequestId = id, Symbol = named });
                    listener.OnNotice(new() { Kind = NoticeKind.Acknowledged, RequestId = id });
                    break;
                case "bye":
                    listener.OnNotice(new() { Kind = NoticeKind.ClosingSoon });
                    break;
                case "expects":
                    listener.OnNotice(new() { Kind = NoticeKind.ReplyExpected, Text = Encoding.UTF8.GetBytes(text["expects ".Length..]) });
                    break;
                case "mistake":
                    throw new InvalidOperationException("a broken invariant");
            }
        }

        public void ReceiveBuffered(IBufferedMessageSource arrived, int longest)
        {
            while (arrived.TryReadMessage(longest, out var frame))
                Receive(frame);
        }

        public TakeoverReadiness Takeover => lane.Takeover;

        public bool Carries(Subscription stream) => lane.Brought.Contains(stream);

        public string? FindUnsubscribeMessage(Subscription stream) => lane.UnsubscribeMessage(stream);

        public void OnMessagesLost() => lane.log.Writer.TryWrite("lost");

        public void OnSubscribed(IReadOnlyList<Subscription> streams) => lane.Write("subscribed", streams);

        public void Dispose() => lane.log.Writer.TryWrite("close");
    }
}
