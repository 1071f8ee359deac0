using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>The Binance family as a plain client sees it.</summary>
public sealed class BinanceWireTests
{
    private static readonly SimulatorOptions Quiet = new()
    {
        Exchanges = ["binance", "binance-us", "binance-futures"],
        EventsPerSecond = 0,
        Markets = 3,
    };

    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData("binance")]
    [InlineData("binance-us")]
    public async Task Subscriptions_are_acknowledged_by_id_and_can_be_listed_and_removed(string exchange)
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, exchange, "/stream?streams=btcusdt@trade");
        await client.SayAsync("""{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms","nothing@trade"],"id":7}""");
        Assert.Equal("""{"result":null,"id":7}""", await client.HearAsync());
        await client.SayAsync("""{"method":"UNSUBSCRIBE","params":["nothing@trade"],"id":8}""");
        Assert.Equal("""{"result":null,"id":8}""", await client.HearAsync());
        await client.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":9}""");
        Assert.Equal("""{"result":["btcusdt@trade","btcusdt@depth@100ms"],"id":9}""", await client.HearAsync());
        await client.SayAsync("""{"method":"SING","id":10}""");
        Assert.Equal(10, (await client.HearJsonAsync()).GetProperty("id").GetInt32());
        Assert.Equal(1, simulator.Stats(exchange).Refused["request"]);
    }

    [Theory]
    [InlineData("binance", "/stream", "BTC-USDT")]
    [InlineData("binance-futures", "/stream", "BTC-USDT-PERP")]
    public async Task Trade_ids_are_contiguous_aggregate_trades_cover_them_and_every_row_is_in_the_truth(string exchange, string path, string market)
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, exchange, path);
        await client.SayAsync("""{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@aggTrade"],"id":1}""");
        await client.HearAsync();
        simulator.Generate(exchange, 600, market);
        var truth = simulator.Truth(new(Dataset.Trades, exchange, market)).ToList();
        var merged = simulator.Truth(new(Dataset.AggTrades, exchange, market)).ToList();
        var received = (await client.HearJsonAsync(truth.Count + merged.Count)).Select(frame => frame.GetProperty("data")).ToList();
        var trades = received.Where(data => data.GetProperty("e").GetString() == "trade").ToList();
        var aggregated = received.Where(data => data.GetProperty("e").GetString() == "aggTrade").ToList();

        Assert.True(truth.Count > 100);
        Assert.Equal(truth.Select(row => row.Row), trades.Select(data => Row(data, "t")));
        Assert.Equal(merged.Select(row => row.Row), aggregated.Select(data => Row(data, "a")));
        Assert.All(
            trades.Zip(trades.Skip(1)),
            pair => Assert.Equal(pair.First.GetProperty("t").GetInt64() + 1, pair.Second.GetProperty("t").GetInt64()));
        Assert.All(
            aggregated.Zip(aggregated.Skip(1)),
            pair => Assert.Equal(pair.First.GetProperty("l").GetInt64() + 1, pair.Second.GetProperty("f").GetInt64()));
        Assert.All(truth, row => Assert.True(row.Sent && row.Micros % 1_000 == 0));
    }

    [Theory]
    [InlineData("binance", "/api/v3/depth?symbol=BTCUSDT&limit=5000", "BTC-USDT")]
    [InlineData("binance-futures", "/fapi/v1/depth?symbol=BTCUSDT&limit=1000", "BTC-USDT-PERP")]
    public async Task Diffs_are_contiguous_and_a_snapshot_between_them_becomes_the_true_book(string exchange, string path, string market)
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, exchange, "/stream?streams=btcusdt@depth@100ms");
        simulator.Generate(exchange, 300, market);
        var (book, start) = await FetchAsync(simulator.RestAddress(exchange) + path);
        simulator.Generate(exchange, 300, market);
        var (end, last) = await FetchAsync(simulator.RestAddress(exchange) + path);

        var truth = simulator.Truth(new(Dataset.Depth, exchange, market)).ToList();
        long? cursor = null;
        foreach (var frame in await client.HearJsonAsync(truth.Count))
        {
            var data = frame.GetProperty("data");
            var upTo = data.GetProperty("u").GetInt64();
            var after = data.TryGetProperty("pu", out var previous) ? previous.GetInt64() : data.GetProperty("U").GetInt64() - 1;
            Assert.Equal(cursor ?? after, after);
            cursor = upTo;
            if (upTo <= start)
                continue;
            book.SetPairs(true, data.GetProperty("b"));
            book.SetPairs(false, data.GetProperty("a"));
        }

        Assert.Equal(last, cursor);
        Assert.Equal(end.ToString(), book.ToString());
        Assert.NotEqual(start, last);
    }

    [Fact]
    public async Task Futures_serve_depth_on_one_path_and_aggregate_trades_on_the_other()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        const string Both = "/stream?streams=btcusdt@depth@100ms/btcusdt@aggTrade";
        await using var open = await RawClient.ConnectAsync(simulator, "binance-futures", "/public" + Both);
        await using var market = await RawClient.ConnectAsync(simulator, "binance-futures", "/market" + Both);
        simulator.Generate("binance-futures", 200, "BTC-USDT-PERP");
        var counts = simulator.Counts().Where(count => count.Stream.Market == "BTC-USDT-PERP").ToDictionary(count => count.Stream.Dataset);
        var depth = await open.HearJsonAsync((int)counts[Dataset.Depth].Rows);
        var merged = await market.HearJsonAsync((int)counts[Dataset.AggTrades].Rows);
        Assert.All(depth, frame => Assert.Equal("depthUpdate", frame.GetProperty("data").GetProperty("e").GetString()));
        Assert.All(merged, frame => Assert.Equal("aggTrade", frame.GetProperty("data").GetProperty("e").GetString()));
    }

    [Fact]
    public async Task Two_connections_receive_the_same_frames()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet with { EventsPerSecond = 500 });
        await using var first = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade/btcusdt@depth@100ms");
        var early = await first.HearAsync(50);
        await using var second = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade/btcusdt@depth@100ms");
        var late = await second.HearAsync(100);
        var all = early.Concat(await first.HearAsync(200)).ToList();
        var join = all.IndexOf(late[0]);
        Assert.True(join >= 0);
        var common = Math.Min(late.Count, all.Count - join);
        Assert.Equal(all.Skip(join).Take(common), late.Take(common));
    }

    [Fact]
    public async Task Only_markets_that_trade_are_listed_as_trading_and_listings_change_while_running()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        simulator.ListMarket("binance", "NEW", "USDT");
        simulator.SetMarketState("binance", "BTC-USDT", MarketState.Halted);
        var list = RawClient.Parse(await Http.GetStringAsync(simulator.RestAddress("binance") + "/api/v3/exchangeInfo")).GetProperty("symbols");
        var trading = list.EnumerateArray()
            .Where(symbol => symbol.GetProperty("status").GetString() == "TRADING")
            .Select(symbol => symbol.GetProperty("symbol").GetString()!);
        Assert.Equal(simulator.Markets("binance").Select(market => market.Symbol), trading);
        Assert.Contains("NEWUSDT", trading);
        Assert.DoesNotContain("BTCUSDT", trading);
        Assert.Equal(4, list.GetArrayLength()); // a delisted one is not there any more
    }

    private static string Row(JsonElement data, string id) => RawClient.Row(
        data.GetProperty(id).GetInt64(),
        data.GetProperty("T").GetInt64() * 1_000,
        data.GetProperty("m").GetBoolean() ? "sell" : "buy",
        (data.GetProperty("p").GetString()!, data.GetProperty("q").GetString()!));

    private static async Task<(RebuiltBook Book, long UpTo)> FetchAsync(string address)
    {
        var answer = RawClient.Parse(await Http.GetStringAsync(address));
        var book = new RebuiltBook();
        book.SetPairs(true, answer.GetProperty("bids"));
        book.SetPairs(false, answer.GetProperty("asks"));
        return (book, answer.GetProperty("lastUpdateId").GetInt64());
    }
}
