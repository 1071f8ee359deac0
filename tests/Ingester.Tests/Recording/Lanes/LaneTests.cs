using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>Frames of real form on their way into a lane: what is recorded, what is ignored, what is quarantined.</summary>
public sealed class LaneTests : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly List<Lane> lanes = [];
    private readonly IngesterMeter meter = new();
    private readonly CollectingOutput output = new();
    private readonly ManualClock clock = new(DateTimeOffset.FromUnixTimeMilliseconds(1_761_350_400_000));

    [Fact]
    public void Frame_that_does_not_decode_is_quarantined_with_its_text_and_the_next_one_is_recorded()
    {
        var (lane, feed) = Open("binance", "BTC-USDT");
        feed.Receive("{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"s\":\"BTC"u8);
        feed.Receive(Trade(1));
        lane.Close();
        var row = JsonDocument.Parse(Assert.Single(output.Lines(Dataset.Quarantine))).RootElement;
        Assert.Equal("{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"s\":\"BTC", row.GetProperty("frame").GetString());
        Assert.NotEqual("", row.GetProperty("reason").GetString());
        Assert.Single(output.Segments);
        Assert.Equal((2, 1), (lane.Counts.Frames, lane.Counts.Quarantined));
    }

    [Fact]
    public void Frame_that_is_no_text_is_quarantined_as_base64()
    {
        var (_, feed) = Open("binance", "BTC-USDT");
        feed.Receive([0xff, 0xfe, 0x00]);
        var row = JsonDocument.Parse(Assert.Single(output.Lines(Dataset.Quarantine))).RootElement;
        Assert.Equal([0xff, 0xfe, 0x00], row.GetProperty("base64").GetBytesFromBase64());
    }

    [Fact]
    public void Unknown_symbol_is_quarantined_by_name()
    {
        var (_, feed) = Open("binance", "ETH-USDT");
        feed.Receive(Trade(1));
        Assert.Contains("unknown symbol BTCUSDT", Assert.Single(output.Lines(Dataset.Quarantine)), StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_of_an_unsubscribed_market_are_ignored()
    {
        var (lane, feed) = Open("binance", "BTC-USDT");
        feed.Receive(Trade(1));
        lane.Remove([new(Dataset.Trades, new("BTC-USDT", "BTCUSDT"))]);
        feed.Receive(Trade(2));
        Assert.Empty(output.Lines(Dataset.Quarantine));
        Assert.Equal(1, lane.Counts.Ignored);
        Assert.Single(output.Segments);
        Assert.Contains(output.Lines(Dataset.Coverage), line => line.Contains("\"state\":\"delisted\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Ids_beyond_53_bits_keep_every_digit()
    {
        var (lane, feed) = Open("binance", "BTC-USDT");
        feed.Receive(Trade(9_223_372_036_854_775_806));
        feed.Receive(Trade(9_223_372_036_854_775_807));
        lane.Close();
        var (segment, rows) = Assert.Single(output.Segments);
        Assert.Equal(new(9_223_372_036_854_775_805, 9_223_372_036_854_775_807), segment.Range);
        Assert.Contains("\"id\":\"9223372036854775807\"", rows, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999")]
    [InlineData("-1.5")]
    public void Ids_that_are_no_64_bit_number_are_quarantined(string id)
    {
        var (_, feed) = Open("binance", "BTC-USDT");
        feed.Receive(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Trade(5)).Replace("\"t\":5", $"\"t\":{id}", StringComparison.Ordinal)));
        Assert.Single(output.Lines(Dataset.Quarantine));
    }

    [Fact]
    public void Absurd_time_moves_no_window_and_is_counted()
    {
        var (lane, feed) = Open("binance", "BTC-USDT");
        feed.Receive(Trade(1));
        feed.Receive(Trade(2, millis: 4_102_444_800_000)); // the year 2100
        feed.Receive(Trade(3));
        lane.Close();
        var segment = Assert.Single(output.Segments).Segment;
        Assert.Equal((3, false), (segment.Count, segment.IsWhole));
        Assert.Equal(2025, segment.Window.Start.Year);
        Assert.Equal(1, meter.EventsFutureTimestamp.Total);
    }

    [Fact]
    public void Snapshot_without_a_time_gets_the_time_of_the_next_diff_of_its_connection()
    {
        var (lane, feed) = Open("coinbase", "BTC-USD");
        feed.Receive("""{"type":"snapshot","product_id":"BTC-USD","asks":[["2","1"]],"bids":[["1","3"]]}"""u8);
        Assert.Empty(output.Books);
        feed.Receive("""{"type":"l2update","product_id":"BTC-USD","changes":[["buy","1","0"]],"time":"2025-10-25T00:00:01.5Z"}"""u8);
        lane.Close();
        var (book, row) = Assert.Single(output.Books);
        Assert.Equal(1_761_350_401_500_000, book.Micros);
        Assert.Equal("{\"ts\":1761350401500000,\"bids\":[[\"1\",\"3\"]],\"asks\":[[\"2\",\"1\"]],\"levels\":null,\"reason\":\"start\"}\n", row);
    }

    [Fact]
    public void Book_that_no_diff_follows_is_stored_when_the_connection_ends()
    {
        var (_, feed) = Open("coinbase", "BTC-USD");
        feed.Receive("""{"type":"snapshot","product_id":"BTC-USD","asks":[],"bids":[]}"""u8);
        feed.Dispose();
        Assert.Single(output.Books);
    }

    [Fact]
    public void Quiet_held_and_whole_windows_stand_in_the_coverage()
    {
        var (lane, feed) = Open("binance", "BTC-USDT", "ETH-USDT");
        feed.OnSubscribed([new(Dataset.Trades, new("BTC-USDT", "BTCUSDT")), new(Dataset.Trades, new("ETH-USDT", "ETHUSDT"))]);
        feed.Receive(Trade(1));
        for (var second = 0; second < 200; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            if (second == 70)
                feed.Receive(Trade(2, 1_761_350_400_000 + 70_000));
            if (second is 5 or 124 or 125) // another channel brings time
                feed.Receive(Diff(1_761_350_400_000 + 1_000 * second));
            lane.Tick();
        }

        var lines = output.Lines(Dataset.Coverage).ToList();
        Assert.Contains(lines, line => line.Contains("\"pair\":\"ETH-USDT\",\"state\":\"quiet\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\"ts\":1761350460000000", StringComparison.Ordinal) && line.Contains("\"pair\":\"BTC-USDT\",\"state\":\"held\"", StringComparison.Ordinal));
        Assert.All(lines, line => JsonDocument.Parse(line));
    }

    public void Dispose()
    {
        lanes.ForEach(lane => lane.Close());
        meter.Dispose();
        chunks.Dispose();
    }

    private static byte[] Diff(long millis) => Encoding.UTF8.GetBytes(
        $$$"""{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":{{{millis}}},"s":"BTCUSDT","U":1,"u":2,"b":[],"a":[]}}""");

    private static byte[] Trade(long id, long millis = 1_761_350_400_500) => Encoding.UTF8.GetBytes(
        $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{millis}}},"s":"BTCUSDT","t":{{{id}}},"p":"68123.45","q":"0.0012","T":{{{millis}}},"m":true,"M":true}}""");

    private (Lane Lane, ILaneFeed Feed) Open(string exchange, params string[] markets)
    {
        var facts = ExchangeCatalog.Find(exchange)!;
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance));
        var lane = new Lane(facts, context, new(meter, NullLogger<LaneEvents>.Instance), clock);
        lanes.Add(lane);
        lane.Add([.. from name in markets
                     let market = new Market(name, exchange == "coinbase" ? name : name.Replace("-", "", StringComparison.Ordinal))
                     from dataset in new[] { Dataset.Trades, Dataset.Depth }
                     select new Subscription(dataset, market)]);
        return (lane, lane.OpenFeed(new IgnoringListener()));
    }
}
