using System.Net;
using System.Text;
using System.Threading.Channels;
using Ingester.Dashboard.Markets.Live;
using Ingester.Dashboard.Markets.Names;
using Ingester.Testing;
using Ingester.Testing.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Dashboard.Markets;

/// <summary>Viewers of a market share one connection to a recorder, and it is closed when nobody looks.</summary>
public sealed class LiveFeedsTests
{
    private const string Start = """{"mark":"start","ts":1761350400000000,"replica":"a","streams":2}""";
    private const string Trade = """{"exchange":"kraken","pair":"BTC/USD","dataset":"trades","row":{"id":"7","ts":1761350400123456,"side":"sell","price":"68123.450","size":"0.5"}}""";

    private static readonly MarketId Market = new("kraken", "BTC/USD");

    [Fact]
    public async Task Viewers_share_one_connection_until_the_last_one_leaves()
    {
        using var recorder = new Recorder();
        using var feeds = Create(recorder, "http://recorder:8080");
        var changes = Channel.CreateUnbounded<bool>();
        var first = feeds.Watch(Market, () => changes.Writer.TryWrite(true));
        var second = feeds.Watch(Market, static () => { });
        await recorder.SendAsync(Start, Trade);
        var view = await SeeAsync(first, changes, static view => view.Trade is not null);
        Assert.Equal((true, 1L, "68123.450", "sell", 1_761_350_400_123_456L), (view.IsConnected, view.Trades, view.Trade!.Price, view.Trade.Side, view.Trade.Micros));
        Assert.Equal(view, second.View);
        Assert.Equal(["/live?exchange=kraken&pair=BTC%2FUSD"], recorder.Requests);
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, feeds.Count);
        second.Dispose();
        Assert.Equal(0, feeds.Count);
        await recorder.Closed.WaitAsync(ManualClock.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Refusal_is_a_sentence_and_the_next_recorder_is_asked()
    {
        using var recorder = new Recorder { Refused = { ["one"] = (HttpStatusCode.Unauthorized, "The live stream needs the token."), ["two"] = (HttpStatusCode.NotFound, "") } };
        using var feeds = Create(recorder, "http://one:1", "http://two:2", "http://three:3");
        var (changes, seen) = (Channel.CreateUnbounded<bool>(), new List<string>());
        using var watch = feeds.Watch(Market, () => changes.Writer.TryWrite(true));
        await recorder.SendAsync(Start);
        await SeeAsync(watch, changes, view =>
        {
            seen.Add(view.Sentence);
            return view.IsConnected;
        });
        Assert.Contains("The recorder at one:1 refused the live stream (401): The live stream needs the token.", seen);
        Assert.Contains("The recorder at two:2 serves no live stream (Ingester:Live:Enabled).", seen);
        Assert.StartsWith("Live from the recorder a since 2025-10-25", watch.View.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"mark":"start","ts":1,"replica":"b","streams":0}""", "The recorder b does not record kraken BTC/USD.")]
    [InlineData("[]", "sent a line that is not one of the live stream")]
    [InlineData("""{"dataset":"trades","row":{"ts":1}}""", "A row of the live stream is not readable")]
    public async Task Stream_without_values_is_a_sentence(string line, string sentence)
    {
        using var recorder = new Recorder();
        using var feeds = Create(recorder, "http://recorder:8080");
        var changes = Channel.CreateUnbounded<bool>();
        using var watch = feeds.Watch(Market, () => changes.Writer.TryWrite(true));
        await recorder.SendAsync(line);
        var view = await SeeAsync(watch, changes, view => view.Sentence.Contains(sentence, StringComparison.Ordinal));
        Assert.False(view.IsConnected);
        Assert.NotNull(view.BookSentence);
    }

    [Fact]
    public void Without_recorders_values_come_from_the_store()
    {
        using var recorder = new Recorder();
        using var feeds = Create(recorder);
        using var watch = feeds.Watch(Market, static () => { });
        Assert.Equal(LiveView.Off, watch.View);
        Assert.Equal(0, feeds.Count);
    }

    [Fact]
    public void Number_of_markets_is_bounded()
    {
        using var recorder = new Recorder();
        using var feeds = Create(recorder, "http://recorder:8080");
        var watches = Enumerable.Range(0, LiveFeeds.MaxFeeds + 1).Select(number => feeds.Watch(new("kraken", $"M{number}"), static () => { })).ToList();
        Assert.Equal(LiveFeeds.MaxFeeds, feeds.Count);
        Assert.Contains("followed live already", watches[^1].View.Sentence, StringComparison.Ordinal);
        watches.ForEach(static watch => watch.Dispose());
        Assert.Equal(0, feeds.Count);
    }

    private static LiveFeeds Create(Recorder recorder, params string[] addresses) =>
        new(new([.. addresses.Select(static address => new Uri(address))], ""), new(recorder, disposeHandler: false), new MemoryAccess(new MemoryStore()), TimeProvider.System, NullLogger<LiveFeeds>.Instance);

    private static async Task<LiveView> SeeAsync(LiveWatch watch, Channel<bool> changes, Func<LiveView, bool> isExpected)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(ManualClock.Patience);
        while (true)
        {
            var view = watch.View;
            if (isExpected(view))
                return view;
            await changes.Reader.ReadAsync(patience.Token);
        }
    }

    /// <summary>Recorders that answer with server-sent events.</summary>
    private sealed class Recorder : HttpMessageHandler
    {
        private readonly Channel<byte[]> lines = Channel.CreateUnbounded<byte[]>();
        private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Dictionary<string, (HttpStatusCode Status, string Reason)> Refused { get; } = [];

        public List<string> Requests { get; } = [];

        public Task Closed => closed.Task;

        public async Task SendAsync(params string[] texts)
        {
            foreach (var text in texts)
                await lines.Writer.WriteAsync(Encoding.UTF8.GetBytes($"data: {text}\n\n"));
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (Requests)
                Requests.Add(request.RequestUri!.PathAndQuery);
            return Task.FromResult(Refused.TryGetValue(request.RequestUri.Host, out var refusal)
                ? new HttpResponseMessage(refusal.Status) { Content = new StringContent(refusal.Reason) }
                : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Lines(lines.Reader, closed)) });
        }
    }

    private sealed class Lines(ChannelReader<byte[]> lines, TaskCompletionSource closed) : Stream
    {
        private ReadOnlyMemory<byte> rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (rest.IsEmpty)
                rest = await lines.ReadAsync(cancellationToken);
            var part = rest[..Math.Min(rest.Length, buffer.Length)];
            part.CopyTo(buffer);
            rest = rest[part.Length..];
            return part.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            closed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
