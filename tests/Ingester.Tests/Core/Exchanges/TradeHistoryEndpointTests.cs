using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Testing;

namespace Ingester.Tests.Core.Exchanges;

/// <summary>Past trades as exchanges serve them over REST: where they are asked for, what is read, how pages follow.</summary>
public sealed class TradeHistoryEndpointTests
{
    [Theory]
    [InlineData("binance", Dataset.Trades, "BTCUSDT", "https://api.binance.com/api/v3/historicalTrades?symbol=BTCUSDT&fromId=101&limit=1000")]
    [InlineData("binance", Dataset.AggTrades, "币安人生USDT", "https://api.binance.com/api/v3/aggTrades?symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&fromId=101&limit=1000")]
    [InlineData("binance-us", Dataset.Trades, "BTCUSDT", "https://api.binance.us/api/v3/historicalTrades?symbol=BTCUSDT&fromId=101&limit=1000")]
    [InlineData("binance-futures", Dataset.Trades, "BTCUSDT", "https://fapi.binance.com/fapi/v1/historicalTrades?symbol=BTCUSDT&fromId=101&limit=1000")]
    [InlineData("coinbase", Dataset.Trades, "BTC-USD", "https://api.exchange.coinbase.com/products/BTC-USD/trades?limit=1000&after=201")]
    [InlineData("kraken", Dataset.Trades, "BTC/USD", "https://api.kraken.com/0/public/Trades?pair=XBTUSD&since=1761350399000000000&count=1000")]
    public void First_page_is_requested_by_id_cursor_or_time(string exchange, Dataset dataset, string symbol, string address) =>
        Assert.Equal(address, Source(exchange, dataset).UriFor(Query with { Market = new("X", symbol) }).AbsoluteUri);

    [Fact]
    public void Pages_by_id_go_on_after_the_last_id_until_all_is_there()
    {
        var source = Source("binance");
        var page = Read(source, Query, """[{"id":101,"price":"4.00","qty":"12.0","quoteQty":"48","time":1761350400123,"isBuyerMaker":true,"isBestMatch":true},{"id":150,"price":"4","qty":"1","time":1761350400124,"isBuyerMaker":false}]""");
        Assert.Equal([new HistoricalTrade(101, 1_761_350_400_123_000, "4.00", "12.0", true), new(150, 1_761_350_400_124_000, "4", "1", false)], page.Trades);
        Assert.Contains("fromId=151", source.UriFor(Query with { Cursor = page.NextCursor }).Query, StringComparison.Ordinal);
        Assert.Null(Read(source, Query, """[{"id":200,"price":"4","qty":"1","time":1,"isBuyerMaker":false}]""").NextCursor);
        Assert.Null(Read(source, Query, "[]").NextCursor);
        var merged = Read(Source("binance", Dataset.AggTrades), Query, """[{"a":101,"p":"0.01","q":"4.7","f":1,"l":2,"T":1761350400123,"m":true,"M":true}]""");
        Assert.Equal([new HistoricalTrade(101, 1_761_350_400_123_000, "0.01", "4.7", true)], merged.Trades);
    }

    [Fact]
    public void Pages_of_older_trades_end_at_the_start_of_the_gap_and_sides_are_inverted()
    {
        var source = Source("coinbase");
        var page = Read(source, Query, """[{"time":"2025-10-25T00:00:00.123456789Z","trade_id":200,"price":"10.00","size":"0.01","side":"buy"},{"time":"2025-10-25T00:00:00Z","trade_id":102,"price":"10","size":"1","side":"sell"}]""");
        Assert.Equal([new HistoricalTrade(200, 1_761_350_400_123_456, "10.00", "0.01", true), new(102, 1_761_350_400_000_000, "10", "1", false)], page.Trades);
        Assert.EndsWith("&after=102", source.UriFor(Query with { Cursor = page.NextCursor }).Query, StringComparison.Ordinal);
        Assert.Null(Read(source, Query, """[{"time":"2025-10-25T00:00:00Z","trade_id":101,"price":"10","size":"1","side":"sell"}]""").NextCursor);
    }

    [Fact]
    public void Pages_by_time_continue_at_the_cursor_of_the_exchange()
    {
        var source = Source("kraken");
        var page = Read(source, Query, """{"error":[],"result":{"XXBTZUSD":[["30243.40000","0.34507674",1688669597.827736900,"b","m","",101],["30243.3","0.1",1688669598.5,"s","l","",102]],"last":"1688669598500000000"}}""");
        Assert.Equal([new HistoricalTrade(101, 1_688_669_597_827_736, "30243.40000", "0.34507674", false), new(102, 1_688_669_598_500_000, "30243.3", "0.1", true)], page.Trades);
        var next = Query with { Cursor = page.NextCursor };
        Assert.Contains("since=1688669598500000000", source.UriFor(next).Query, StringComparison.Ordinal);
        Assert.Null(Read(source, next, """{"error":[],"result":{"XXBTZUSD":[["1","1",1,"s","l","",102]],"last":"1688669598500000000"}}""").NextCursor);
    }

    [Theory]
    [InlineData("binance", "{}")]
    [InlineData("binance", """[{"id":1.5,"price":"1","qty":"1","time":1,"isBuyerMaker":true}]""")]
    [InlineData("binance", """[{"id":1,"price":"one","qty":"1","time":1,"isBuyerMaker":true}]""")]
    [InlineData("binance", """[{"id":1,"price":"1","qty":"1","time":-1,"isBuyerMaker":true}]""")]
    [InlineData("coinbase", """[{"time":"yesterday","trade_id":1,"price":"1","size":"1","side":"buy"}]""")]
    [InlineData("coinbase", """[{"time":"2025-10-25T00:00:00Z","trade_id":1,"price":"1","size":"1","side":"both"}]""")]
    [InlineData("kraken", """{"error":["EQuery:Unknown asset pair"]}""")]
    [InlineData("kraken", """{"error":[],"result":{"X":[["1","1",1,"s"]],"last":"1"}}""")]
    [InlineData("kraken", "<html>")]
    public void Body_that_is_no_page_is_a_fault(string exchange, string body) =>
        Assert.ThrowsAny<JsonException>(() => Read(Source(exchange), Query, body));

    [Fact]
    public void Recorded_page_is_read_whole()
    {
        if (!Corpus.TryFind(out _))
            Assert.Skip(Corpus.Absent);
        var body = Assert.Single(Corpus.RestAnswers("kraken", "/0/public/Trades?pair=XBTUSDT"));
        var trades = Source("kraken").Parse(Query, body).Trades;
        Assert.Equal(1000, trades.Count);
        Assert.All(trades.Zip(trades.Skip(1)), pair => Assert.Equal(pair.First.Id + 1, pair.Second.Id));
        Assert.Equal(new HistoricalTrade(10218208, 1_762_795_433_971_744, "105433.60000", "0.00027625", false), trades[0]);
    }

    [Theory]
    [InlineData("binance", Dataset.Trades, null, true)]
    [InlineData("binance", Dataset.Depth, null, false)]
    [InlineData("binance-futures", Dataset.Trades, null, false)]
    [InlineData("binance-futures", Dataset.Trades, "secret", true)]
    [InlineData("binance-futures", Dataset.AggTrades, null, true)]
    public void Gaps_are_closed_where_the_exchange_serves_past_trades(string exchange, Dataset dataset, string? key, bool closes)
    {
        var profile = ExchangeCatalog.Find(exchange)!.Profile;
        Assert.Equal(closes, new ExchangeOptions { ApiKey = key }.CanBackfill(profile, dataset));
    }

    private static TradeHistoryQuery Query { get; } = new(new("BTC-USDT", "BTCUSDT"), new(100, 200), 1_761_350_400_000_000);

    private static TradeHistoryEndpoint Source(string exchange, Dataset dataset = Dataset.Trades) => ExchangeCatalog.Find(exchange)!.Profile.Find(dataset)!.History!;

    private static TradeHistoryPage Read(TradeHistoryEndpoint source, TradeHistoryQuery query, string body) => source.Parse(query, Encoding.UTF8.GetBytes(body));
}
