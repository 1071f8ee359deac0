using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Recording.Lanes;
using Ingester.Recording.Sessions;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Ingester.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>A bug of a decoder costs the frame, a flood of them the connection, and a bug of what records is the supervisor's.</summary>
public sealed class DecoderBugTests : IDisposable
{
    private const long T0 = 1_761_350_400_000_000;

    private readonly ChunkBalance chunks = new();
    private readonly IngesterMeter meter = new();
    private readonly CollectingOutput output = new();
    private readonly LogLines<LaneEvents> log = new();
    private readonly Lane lane;
    private readonly Listener listener = new();

    public DecoderBugTests()
    {
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance));
        lane = new(new FakeExchange(), context, new(meter, log), new ManualClock(DateTimeOffset.FromUnixTimeMilliseconds(T0 / 1000)));
        lane.Add([FakeExchange.Stream(Dataset.Trades, "BTC-USDT")]);
    }

    [Fact]
    public void Frame_that_is_not_decoded_because_of_a_bug_is_quarantined_and_a_new_decoder_reads_the_next()
    {
        using (var feed = lane.OpenFeed(listener))
        {
            feed.Receive(Trade(1));
            feed.Receive("bug 1"u8);
            feed.Receive(Trade(2));
            feed.Receive("nonsense"u8);
            feed.Receive(Trade(3));
        }

        lane.Close();
        Assert.Equal(3, output.Segments.Sum(segment => segment.Segment.Count));
        var rows = output.Lines(Dataset.Quarantine).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["bug 1", "nonsense"], rows.Select(row => row.GetProperty("frame").GetString()));
        Assert.StartsWith("bug: InvalidOperationException: a bug of the decoder", rows[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (meter.FramesQuarantined.TotalOf("bug"), meter.FramesQuarantined.TotalOf("undecodable")));
        Assert.Contains("a bug of the decoder", Assert.Single(log.Of(LogLevel.Error)), StringComparison.Ordinal);
    }

    [Fact]
    public void Flood_of_them_ends_the_connection_with_a_connection_fault_and_one_error_in_the_log()
    {
        using var feed = lane.OpenFeed(listener);
        for (var count = 1; count < DecoderBugCounter.MaxConsecutive; count++)
            feed.Receive("bug"u8);
        var fault = ConnectionFault.FromException(Assert.Throws<ConnectionException>(() => feed.Receive("bug"u8)));
        Assert.Equal(ConnectionFaultKind.Undecodable, fault.Kind);
        Assert.Contains("100 consecutive frames", fault.Reason, StringComparison.Ordinal);
        Assert.Equal(DecoderBugCounter.MaxConsecutive, output.Lines(Dataset.Quarantine).Count());
        Assert.Single(log.Of(LogLevel.Error));
    }

    [Fact]
    public void Frames_that_decode_between_them_keep_the_connection()
    {
        using var feed = lane.OpenFeed(listener);
        for (var count = 1; count <= 3 * DecoderBugCounter.MaxConsecutive; count++)
        {
            feed.Receive("bug"u8);
            feed.Receive(Trade(count));
        }

        Assert.Equal(3 * DecoderBugCounter.MaxConsecutive, meter.FramesQuarantined.TotalOf("bug"));
    }

    [Fact]
    public void Bug_in_a_recorder_is_thrown_and_its_frame_is_quarantined()
    {
        using var feed = lane.OpenFeed(listener);
        feed.Receive(Trade(1));
        listener.Breaks = true;
        var bug = Assert.Throws<InvalidOperationException>(() => feed.Receive("ok 1"u8));
        Assert.Equal(ConnectionFaultKind.Fatal, ConnectionFault.FromException(bug).Kind);
        Assert.Single(output.Lines(Dataset.Quarantine));
    }

    [Fact]
    public void Stream_that_cannot_hand_over_because_of_a_bug_keeps_no_other_from_it()
    {
        var failing = new FailingOutput(output, "BTC-USDT");
        var broken = new Lane(new FakeExchange(), new(new(), failing, new(meter, NullLogger<SegmentEvents>.Instance)), new(meter, log), new ManualClock(DateTimeOffset.FromUnixTimeMilliseconds(T0 / 1000)));
        broken.Add([FakeExchange.Stream(Dataset.Trades, "BTC-USDT"), FakeExchange.Stream(Dataset.Trades, "ETH-USDT")]);
        using (var feed = broken.OpenFeed(listener))
        {
            feed.Receive(Trade(1));
            feed.Receive(Encoding.UTF8.GetBytes(FakeDecoder.Trade(1, T0, "ETHUSDT")));
        }

        var fault = Assert.Throws<AggregateException>(broken.Close);
        Assert.IsType<InvalidOperationException>(Assert.Single(fault.InnerExceptions));
        Assert.Equal("ETH-USDT", Assert.Single(output.Segments).Segment.Stream.Market);
        broken.Close(); // and nothing happens any more
        broken.Tick();
        Assert.True(broken.IsClosed);
    }

    public void Dispose()
    {
        lane.Close();
        meter.Dispose();
        chunks.Dispose();
    }

    private static byte[] Trade(long id) => Encoding.UTF8.GetBytes(FakeDecoder.Trade(id, T0 + id));

    private sealed class Listener : INoticeListener
    {
        public bool Breaks { get; set; }

        public void OnNotice(in Notice notice)
        {
            if (Breaks)
                throw new InvalidOperationException("a bug of what records");
        }

        public void Resubscribe(Subscription stream) => OnNotice(default);
    }

    private sealed class FailingOutput(ISegmentOutput output, string market) : ISegmentOutput
    {
        public CoverageJournal Coverage => output.Coverage;

        public bool TryAdd(SealedSegment segment) => segment.Stream.Market == market ? throw new InvalidOperationException("a bug") : output.TryAdd(segment);

        public bool TryAdd(SealedSnapshot book) => output.TryAdd(book);

        public void Add(in JournalRow row) => output.Add(row);
    }
}
