using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Simulator;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>Kraken's second version as a plain client sees it.</summary>
public sealed class KrakenWireTests
{
    private static readonly SimulatorOptions Quiet = new() { Exchanges = ["kraken"], EventsPerSecond = 0, Markets = 3 };

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    [InlineData(1000)]
    public async Task The_checksum_matches_the_book_at_the_subscribed_depth(int depth)
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "kraken", "/v2");
        Assert.Equal("status", Channel(await client.HearJsonAsync()));
        await client.SayAsync($$"""{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":{{depth}}},"req_id":4}""");
        var acknowledged = await client.HearJsonAsync();
        Assert.True(acknowledged.GetProperty("success").GetBoolean());
        Assert.Equal(4, acknowledged.GetProperty("req_id").GetInt32());
        Assert.Equal("BTC/USD", acknowledged.GetProperty("result").GetProperty("symbol").GetString());

        simulator.Generate("kraken", 1_000, "BTC-USD");
        var truth = simulator.Truth(new(Dataset.Depth, "kraken", "BTC-USD")).ToList();
        var book = new RebuiltBook();
        var rows = new List<string>();
        foreach (var frame in await client.HearJsonAsync(truth.Count + 1))
        {
            var data = frame.GetProperty("data")[0];
            book.SetNumbers(true, data.GetProperty("bids"));
            book.SetNumbers(false, data.GetProperty("asks"));
            book.CutTo(depth);
            Assert.Equal(book.Checksum(), data.GetProperty("checksum").GetUInt32());
            if (frame.GetProperty("type").GetString() == "update")
                rows.Add(Row(data));
        }

        Assert.True(truth.Count > 100);
        Assert.Equal(truth.Select(row => row.Row), rows);
        Assert.All(truth, row => Assert.Null(row.After));
    }

    [Fact]
    public async Task Trades_follow_their_snapshot_contiguously_and_several_share_a_frame()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "kraken", "/v2");
        await client.SayAsync("""{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","ETH/USD"]}}""");
        var received = await client.HearJsonAsync(5);
        Assert.Equal(2, received.Count(frame => frame.TryGetProperty("success", out var success) && success.GetBoolean()));
        var snapshot = received[2].GetProperty("data");
        simulator.Generate("kraken", 300, "BTC-USD");
        var truth = simulator.Truth(new(Dataset.Trades, "kraken", "BTC-USD")).ToList();
        var trades = new List<JsonElement>();
        var frames = 0;
        for (; trades.Count < truth.Count; frames++)
            trades.AddRange((await client.HearJsonAsync()).GetProperty("data").EnumerateArray());
        var id = snapshot[snapshot.GetArrayLength() - 1].GetProperty("trade_id").GetInt64();
        Assert.All(trades, trade => Assert.Equal(++id, trade.GetProperty("trade_id").GetInt64()));
        Assert.True(frames < trades.Count);
    }

    [Fact]
    public async Task Pings_are_answered_unknown_markets_rejected_and_idle_connections_receive_a_heartbeat()
    {
        var clock = new SimulatedClock(new() { Epoch = DateTimeOffset.UnixEpoch, Rate = 50 }, TimeProvider.System);
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet, clock);
        await using var client = await RawClient.ConnectAsync(simulator, "kraken", "/v2");
        await client.HearAsync();
        await client.SayAsync("""{"method":"ping","req_id":11}""");
        Assert.Equal("pong", (await client.HearJsonAsync()).GetProperty("method").GetString());
        await client.SayAsync("""{"method":"subscribe","params":{"channel":"trade","symbol":["NO/SUCH"]},"req_id":12}""");
        var refused = await client.HearJsonAsync();
        Assert.False(refused.GetProperty("success").GetBoolean());
        Assert.Equal("NO/SUCH", refused.GetProperty("symbol").GetString());
        await client.SayAsync("""{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"],"snapshot":false}}""");
        await client.HearAsync();
        Assert.Equal("heartbeat", Channel(await client.HearJsonAsync()));
    }

    private static string Channel(JsonElement frame) => frame.GetProperty("channel").GetString()!;

    private static string Row(JsonElement data)
    {
        var micros = Micros.From(data.GetProperty("timestamp").GetDateTimeOffset());
        return $$"""{"ts":{{micros}},"bids":[{{Levels(data.GetProperty("bids"))}}],"asks":[{{Levels(data.GetProperty("asks"))}}]}""";
    }

    private static string Levels(JsonElement levels) => string.Join(',', levels.EnumerateArray()
        .Select(level => $"[\"{level.GetProperty("price").GetRawText()}\",\"{level.GetProperty("qty").GetRawText()}\"]"));
}
