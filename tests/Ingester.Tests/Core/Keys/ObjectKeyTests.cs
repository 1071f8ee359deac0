using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Core.Keys;

public sealed class ObjectKeyTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly ReplicaIdentity Identity = new() { Prefix = "md", Replica = "a", ProcessStartMicros = 1_761_350_399_000_001 };

    [Theory]
    [InlineData(7L, 9L, true, "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz")]
    [InlineData(-9L, -7L, true, "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_-9_-7.json.gz")]
    [InlineData(long.MinValue, long.MaxValue, true,
        "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_-9223372036854775808_9223372036854775807.json.gz")]
    [InlineData(null, null, true, "md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m.json.gz")]
    [InlineData(7L, 9L, false, "md/fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz")]
    [InlineData(null, null, false,
        "md/fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_n2_0123456789abcdef.json.gz")]
    public void Segment_is_named_by_stream_window_and_range(long? after, long? upTo, bool whole, string key)
    {
        using var rows = SegmentSample.Rows("{}\n{}\n");
        var segment = SegmentSample.Segment(whole: whole) with { Range = after is { } a ? new(a, upTo!.Value) : null };
        var name = SegmentKey.Of(segment, Hash);
        Assert.Equal(key, ObjectKey.Segment("md", name));
        Assert.True(SegmentKey.TryParse("md", key, out var parsed));
        Assert.Equal(name, parsed);
    }

    [Fact]
    public void A_changed_copy_of_a_stream_has_its_own_text()
    {
        Assert.Equal("trades/binance/BTC-USDT", SegmentSample.Trades.Text);
        var changed = SegmentSample.Trades with { Dataset = Dataset.Depth };
        Assert.Equal("depth/binance/BTC-USDT", changed.Text);
        Assert.Equal(SegmentSample.Trades, changed with { Dataset = Dataset.Trades });
        Assert.NotEqual(SegmentSample.Trades, changed);
    }

    [Fact]
    public void Without_a_prefix_a_key_begins_with_the_dataset()
    {
        var name = SegmentKey.Of(SegmentSample.Segment(new(Dataset.AggTrades, "binance-us", "ETH-USD")) with { Window = new(SegmentSample.Midnight, 60) }, Hash);
        const string Key = "agg-trades/exchange=binance-us/pair=ETH-USD/year=2025/month=10/day=25/0000-60m_7_9.json.gz";
        Assert.Equal(Key, ObjectKey.Segment("", name));
        Assert.True(SegmentKey.TryParse("", Key, out _));
    }

    [Theory]
    [InlineData("BTC-USDT-PERP", "BTC-USDT-PERP")]
    [InlineData("BTC/USD", "BTC%2FUSD")]
    [InlineData("BTC%2FUSD", "BTC%252FUSD")]
    [InlineData("A=B", "A%3DB")]
    [InlineData("A B+C:D", "A%20B%2BC%3AD")]
    [InlineData("币安人生-USDT", "%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9F-USDT")]
    [InlineData("..", "..")]
    [InlineData("a_b.c", "a_b.c")]
    public void Market_name_is_percent_encoded_and_read_back(string market, string encoded)
    {
        var name = SegmentKey.Of(SegmentSample.Segment(new(Dataset.Depth, "kraken", market)), Hash);
        var key = ObjectKey.Segment("md", name);
        Assert.Contains($"/pair={encoded}/", key, StringComparison.Ordinal);
        Assert.True(SegmentKey.TryParse("md", key, out var parsed));
        Assert.Equal(market, parsed.Stream.Market);
    }

    [Theory]
    [InlineData("trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json.gz")] // not below the prefix
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9.json")]
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_07_9.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_9_7.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-7m_7_9.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0003-5m_7_9.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=2/day=30/0000-1m_7_9.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_n2_0123456789abcdef.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=/year=2025/month=10/day=25/0000-1m_7_9.json.gz")]
    [InlineData("md/trades/exchange=binance/pair=%zz/year=2025/month=10/day=25/0000-1m_7_9.json.gz")]
    [InlineData("md/snapshots/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000_9_a.json.gz")]
    [InlineData("md/variants/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9_0123456789abcdef.json.gz")]
    [InlineData("md/fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m.json.gz")]
    [InlineData("md/fragments")]
    [InlineData("md/.json.gz")]
    [InlineData("")]
    public void Key_that_no_segment_has_is_not_parsed(string key) => Assert.False(SegmentKey.TryParse("md", key, out _));

    [Theory]
    [InlineData(160L, "md/snapshots/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0001_160_eu%2F1.json.gz")]
    [InlineData(null, "md/snapshots/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0001_1761350461123456_eu%2F1.json.gz")]
    public void Snapshot_key_has_its_last_id_or_time_and_the_replica(long? upTo, string key)
    {
        using var rows = SegmentSample.Rows("{}\n");
        var book = new SealedSnapshot { Stream = SegmentSample.Trades with { Dataset = Dataset.Depth }, Micros = SegmentSample.Midnight + 61_123_456, LastId = upTo, Rows = rows };
        Assert.Equal(key, ObjectKey.Snapshot("md", book, "eu/1"));
    }

    [Theory]
    [InlineData(1, "md/gaps/exchange=binance/year=2025/month=10/day=25/0000_a_1761350399000001.json.gz")]
    [InlineData(2, "md/gaps/exchange=binance/year=2025/month=10/day=25/0000_a_1761350399000001-2.json.gz")]
    public void Journal_is_named_by_minute_replica_and_process(int part, string key) =>
        Assert.Equal(key, ObjectKey.Journal(Identity, new(Dataset.Gaps, "binance", SegmentSample.Midnight, part)));

    [Fact]
    public void Other_bytes_under_an_existing_key_are_stored_with_their_hash_in_the_name()
    {
        var key = ObjectKey.Segment("md", SegmentKey.Of(SegmentSample.Segment(whole: false), Hash));
        Assert.Equal("md/variants/fragments/trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/0000-1m_7_9_0123456789abcdef.json.gz",
            ObjectKey.Alternative("md", ObjectKey.Variants, key, Hash));
        Assert.Equal("divergent/trades/x_0123456789abcdef.json.gz", ObjectKey.Alternative("", ObjectKey.Divergent, "trades/x.json.gz", Hash));
    }
}
