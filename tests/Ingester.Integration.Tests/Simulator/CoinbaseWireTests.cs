using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>Coinbase Exchange as a plain client sees it.</summary>
public sealed class CoinbaseWireTests
{
    private const string Subscribe = """{"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches","level2_batch"]}""";
    private static readonly SimulatorOptions Quiet = new() { Exchanges = ["coinbase"], EventsPerSecond = 0, Markets = 3 };
    private static readonly StreamId Trades = new(Dataset.Trades, "coinbase", "BTC-USD");
    private static readonly StreamId Depth = new(Dataset.Depth, "coinbase", "BTC-USD");

    [Fact]
    public async Task A_subscription_is_confirmed_and_followed_by_the_last_match_the_snapshot_and_contiguous_events()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "coinbase", "/");
        await client.SayAsync(Subscribe);
        var first = await client.HearJsonAsync(3);
        Assert.Equal(["subscriptions", "last_match", "snapshot"], first.Select(Type));
        simulator.Generate("coinbase", 500, "BTC-USD");
        var (trades, depth) = (simulator.Truth(Trades).ToList(), simulator.Truth(Depth).ToList());
        var received = await client.HearJsonAsync(trades.Count + depth.Count);

        var matches = received.Where(frame => Type(frame) == "match").ToList();
        var id = first[1].GetProperty("trade_id").GetInt64();
        Assert.All(matches, match => Assert.Equal(++id, match.GetProperty("trade_id").GetInt64()));
        Assert.Equal(trades.Select(row => row.Row), matches.Select(Row));

        var book = Book(first[2]);
        foreach (var diff in received.Where(frame => Type(frame) == "l2update").SelectMany(frame => frame.GetProperty("changes").EnumerateArray()))
            book.Set(diff[0].GetString() == "buy", diff[1].GetString()!, diff[2].GetString()!);
        await using var late = await RawClient.ConnectAsync(simulator, "coinbase", "/");
        await late.SayAsync(Subscribe);
        Assert.Equal(Book((await late.HearJsonAsync(3))[2]).ToString(), book.ToString());
    }

    [Fact]
    public async Task Channels_that_need_a_login_or_do_not_exist_are_rejected()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "coinbase", "/");
        await client.SayAsync("""{"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2"]}""");
        Assert.Equal("error", Type(await client.HearJsonAsync()));
        await client.SayAsync("""{"type":"subscribe","product_ids":["NO-SUCH"],"channels":["matches"]}""");
        Assert.Contains("NO-SUCH", (await client.HearJsonAsync()).GetProperty("reason").GetString());
        Assert.Equal(2, simulator.Stats("coinbase").Refused["request"]);
    }

    [Fact]
    public async Task Heartbeats_name_the_last_trade_and_a_connection_without_subscription_is_closed()
    {
        var clock = new SimulatedClock(new() { Epoch = DateTimeOffset.UnixEpoch, Rate = 5 }, TimeProvider.System);
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet, clock);
        await using var client = await RawClient.ConnectAsync(simulator, "coinbase", "/");
        await client.SayAsync("""{"type":"subscribe","channels":[{"name":"heartbeat","product_ids":["BTC-USD"]}]}""");
        await client.HearAsync();
        await using var silent = await RawClient.ConnectAsync(simulator, "coinbase", "/");
        simulator.Generate("coinbase", 50, "BTC-USD");
        var beats = await client.HearJsonAsync(3);
        Assert.All(beats, beat => Assert.Equal("heartbeat", Type(beat)));
        Assert.Equal(simulator.Counts().Single(count => count.Stream == Trades).Last, beats[2].GetProperty("last_trade_id").GetInt64());
        Assert.Null(await silent.HearAsync());
    }

    private static string Type(JsonElement frame) => frame.GetProperty("type").GetString()!;

    private static RebuiltBook Book(JsonElement snapshot)
    {
        var book = new RebuiltBook();
        book.SetPairs(true, snapshot.GetProperty("bids"));
        book.SetPairs(false, snapshot.GetProperty("asks"));
        return book;
    }

    private static string Row(JsonElement match) => RawClient.Row(
        match.GetProperty("trade_id").GetInt64(),
        Micros.From(match.GetProperty("time").GetDateTimeOffset()),
        match.GetProperty("side").GetString() == "buy" ? "sell" : "buy", // the exchange names the maker's side
        (match.GetProperty("price").GetString()!, match.GetProperty("size").GetString()!));
}
