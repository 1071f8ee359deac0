using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Planning;

/// <summary>Streams that are removed and return: what was missed meanwhile is a gap, as after a disconnect.</summary>
public sealed class RemovedStreamsTests : IDisposable
{
    private static readonly Market Bitcoin = new("BTC-USDT", "BTCUSDT");

    private readonly ChunkBalance chunks = new();
    private readonly List<Lane> lanes = [];
    private readonly IngesterMeter meter = new();
    private readonly CollectingOutput output = new();
    private readonly ManualClock clock = new();
    private readonly LaneServices errands;

    public RemovedStreamsTests() => errands = new() { Backfills = new(clock, TimeSpan.FromSeconds(1)), CanBackfill = _ => true };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ids_missed_while_a_trade_stream_was_removed_are_a_gap_that_is_backfilled(bool onAnotherLane)
    {
        var lane = NewLane("binance");
        var feed = lane.OpenFeed(new IgnoringListener());
        lane.Add([new(Dataset.Trades, Bitcoin)]);
        feed.Receive(Trade("BTCUSDT", 88));
        lane.Remove([new(Dataset.Trades, Bitcoin)]);
        feed.Receive(Trade("BTCUSDT", 89)); // nobody wants it
        if (onAnotherLane)
        {
            lane = NewLane("binance");
            feed = lane.OpenFeed(new IgnoringListener());
        }

        lane.Add([new(Dataset.Trades, Bitcoin)]);
        feed.Receive(Trade("BTCUSDT", 129));
        feed.Receive(Trade("BTCUSDT", 130));
        var gap = JsonDocument.Parse(Assert.Single(output.Lines(Dataset.Gaps))).RootElement;
        Assert.Equal((88, 128, "disconnect"), (gap.GetProperty("after").GetInt64(), gap.GetProperty("upto").GetInt64(), gap.GetProperty("cause").GetString()));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new SequenceRange(88, 128), errands.Backfills!.TakeDue()?.Gap.Missing);
        lane.Close();
        Assert.All(output.Segments, sealedOne => Assert.False(sealedOne.Segment.IsWhole));
    }

    [Fact]
    public void Stream_without_missed_events_continues_without_a_gap_and_duplicates_stay_duplicates()
    {
        var lane = NewLane("binance");
        var feed = lane.OpenFeed(new IgnoringListener());
        lane.Add([new(Dataset.Trades, Bitcoin)]);
        var again = Trade("BTCUSDT", 88);
        feed.Receive(again);
        lane.Remove([new(Dataset.Trades, Bitcoin)]);
        lane.Add([new(Dataset.Trades, Bitcoin)]);
        feed.Receive(again);
        feed.Receive(Trade("BTCUSDT", 89));
        lane.Close();
        Assert.Empty(output.Lines(Dataset.Gaps));
        Assert.Equal(2, output.Segments.Sum(sealedOne => sealedOne.Segment.Count));
    }

    [Fact]
    public void Windows_during_the_removal_of_a_stream_are_not_reported()
    {
        var lane = NewLane("binance");
        var feed = lane.OpenFeed(new IgnoringListener());
        lane.Add([new(Dataset.Trades, Bitcoin)]);
        feed.Receive(Trade("BTCUSDT", 1));
        lane.Tick();
        lane.Remove([new(Dataset.Trades, Bitcoin)]);
        var before = output.Lines(Dataset.Coverage).Count();
        clock.Advance(TimeSpan.FromHours(1));
        lane.Add([new(Dataset.Trades, Bitcoin)]);
        lane.Tick();
        clock.Advance(TimeSpan.FromSeconds(1));
        lane.Tick();
        Assert.Equal(before, output.Lines(Dataset.Coverage).Count());
    }

    [Fact]
    public void Changes_without_a_sequence_that_passed_are_an_interruption()
    {
        var lane = NewLane("coinbase");
        var feed = lane.OpenFeed(new IgnoringListener());
        var market = new Market("BTC-USD", "BTC-USD");
        lane.Add([new(Dataset.Depth, market)]);
        feed.Receive(Change(second: 1));
        lane.Remove([new(Dataset.Depth, market)]);
        lane.Add([new(Dataset.Depth, market)]);
        feed.Receive(Change(second: 50));
        var gap = JsonDocument.Parse(Assert.Single(output.Lines(Dataset.Gaps))).RootElement;
        Assert.Equal(("depth", "disconnect", 49_000_000), (
            gap.GetProperty("dataset").GetString(), gap.GetProperty("cause").GetString(), gap.GetProperty("to").GetInt64() - gap.GetProperty("from").GetInt64()));
    }

    [Fact]
    public void Snapshot_that_waits_for_its_time_is_stored_when_its_stream_leaves()
    {
        var lane = NewLane("coinbase");
        var feed = lane.OpenFeed(new IgnoringListener());
        var market = new Market("BTC-USD", "BTC-USD");
        lane.Add([new(Dataset.Depth, market)]);
        feed.Receive("""{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}"""u8);
        lane.Remove([new(Dataset.Depth, market)]);
        Assert.Single(output.Books);
        feed.Dispose();
        Assert.Single(output.Books);
    }

    [Fact]
    public void Another_market_with_the_same_name_gets_a_new_recorder()
    {
        var lane = NewLane("binance");
        var feed = lane.OpenFeed(new IgnoringListener());
        lane.Add([new(Dataset.Trades, Bitcoin)]);
        feed.Receive(Trade("BTCUSDT", 5_000));
        lane.Remove([new(Dataset.Trades, Bitcoin)]);
        lane.Add([new(Dataset.Trades, Bitcoin with { Symbol = "BTCUSDT2" })]);
        feed.Receive(Trade("BTCUSDT2", 7));
        feed.Receive(Trade("BTCUSDT2", 8));
        lane.Close();
        Assert.Empty(output.Lines(Dataset.Gaps));
        Assert.Equal(new SequenceRange(6, 8), output.Segments[^1].Segment.Range);
    }

    [Fact]
    public void The_silence_of_a_halted_market_is_no_stall_and_counts_again_when_it_resumes()
    {
        var lane = NewLane("binance");
        var feed = lane.OpenFeed(new IgnoringListener());
        var ether = new Market("ETH-USDT", "ETHUSDT");
        lane.Add([new(Dataset.Trades, Bitcoin), new(Dataset.Trades, ether)]);
        var id = 0;
        void Pass(int seconds, bool both)
        {
            for (var second = 0; second < seconds; second++, id++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                feed.Receive(Trade("ETHUSDT", id));
                if (both)
                    feed.Receive(Trade("BTCUSDT", id));
                lane.Tick();
            }
        }

        Pass(60, both: true);
        errands.HaltedMarkets = new HashSet<Market> { Bitcoin };
        Pass(300, both: false);
        Assert.Equal(0, lane.StalledCount);
        errands.HaltedMarkets = new HashSet<Market>();
        Pass(30, both: false);
        Assert.Equal(0, lane.StalledCount);
        Pass(60, both: false);
        Assert.Equal(1, lane.StalledCount);
    }

    [Fact]
    public void Stream_that_was_removed_first_is_discarded_first()
    {
        var removed = new RemovedStreams();
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance));
        for (var n = 0; n <= RemovedStreams.MaxRemoved; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"A{n}");
            removed.Keep(new(Dataset.Trades, new(name, name)), new(new(Dataset.Trades, "x", name), new(SequenceKind.Contiguous, StreamIdentity.Identical), context));
        }

        Assert.Null(removed.Restore(new(Dataset.Trades, new("A0", "A0"))));
        Assert.Equal("A1", removed.Restore(new(Dataset.Trades, new("A1", "A1")))?.Stream.Market);
        Assert.Null(removed.Restore(new(Dataset.Trades, new("A1", "A1"))));
    }

    public void Dispose()
    {
        lanes.ForEach(lane => lane.Close());
        meter.Dispose();
        chunks.Dispose();
    }

    private Lane NewLane(string exchange)
    {
        var segments = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance));
        lanes.Add(new(ExchangeCatalog.Find(exchange)!, segments, new(meter, NullLogger<LaneEvents>.Instance), clock) { Services = errands, StallRule = StallRule.Default });
        return lanes[^1];
    }

    private byte[] Trade(string symbol, long id)
    {
        clock.Advance(TimeSpan.FromMilliseconds(10));
        var millis = Micros.Now(clock) / 1_000;
        return Encoding.UTF8.GetBytes(
            $$$"""{"stream":"{{{symbol.ToLowerInvariant()}}}@trade","data":{"e":"trade","E":{{{millis}}},"s":"{{{symbol}}}","t":{{{id}}},"p":"1","q":"2","T":{{{millis}}},"m":true,"M":true}}""");
    }

    private static byte[] Change(int second) => Encoding.UTF8.GetBytes(
        $$"""{"type":"l2update","product_id":"BTC-USD","changes":[["buy","1","{{second}}"]],"time":"2025-10-25T00:00:{{second:00}}Z"}""");
}
