using System.Diagnostics;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>The simulator as a whole: its rate, its memory of what it said, its repeatability, its own HTTP interface.</summary>
public sealed class RunningConnectionTests
{
    private static readonly SimulatorOptions Quiet = new() { Exchanges = ["binance"], EventsPerSecond = 0 };
    private static readonly HttpClient Http = new();
    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");

    [Fact]
    public async Task Events_are_sent_at_about_the_configured_rate_until_they_are_stopped()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "kraken"], EventsPerSecond = 2_000, Markets = 20 });
        await using var client = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade");
        var (start, before) = (Stopwatch.GetTimestamp(), simulator.Stats("binance").Generated);
        while (simulator.Stats("binance").Generated < before + 1_500)
            await client.HearAsync();
        var rate = (simulator.Stats("binance").Generated - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.InRange(rate, 200, 3_000);
        simulator.StopGenerating();
        var counts = simulator.Counts();
        await client.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        while (await client.HearAsync() is { } message && !message.Contains("result"))
        {
            // What was sent before the end is still on its way.
        }

        Assert.Equal(counts, simulator.Counts());
    }

    [Fact]
    public async Task After_the_handshake_a_client_receives_every_event()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet with { EnforceLimits = false });
        for (var client = 0; client < 100; client++)
        {
            await using var listener = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade");
            simulator.Generate("binance", 20, "BTC-USDT");
            var simulatedEvent = simulator.Truth(Trades).Last();
            string? received;
            do
                received = await listener.HearAsync();
            while (received is not null && !received.Contains($"\"t\":{simulatedEvent.UpTo},", StringComparison.Ordinal));
            Assert.NotNull(received);
        }
    }

    [Fact]
    public async Task The_same_seed_generates_the_same_events_apart_from_times_and_another_seed_does_not()
    {
        var runs = new List<string>();
        foreach (var seed in new[] { 1, 1, 2 })
        {
            await using var simulator = await ExchangeSimulator.StartAsync(new() { EventsPerSecond = 0, Markets = 5, Seed = seed });
            foreach (var exchange in simulator.Exchanges)
                simulator.Generate(exchange, 300);
            runs.Add(string.Join('\n', simulator.Counts().Select(count => $"{count.Stream} {count.Rows} {Id(count.First)} {Id(count.Last)}")));
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);
    }

    [Fact]
    public async Task Truth_rows_can_be_stored_in_files_or_only_counted()
    {
        var folder = Directory.CreateTempSubdirectory("simulator-truth-").FullName;
        try
        {
            byte[] kept;
            await using (var simulator = await ExchangeSimulator.StartAsync(Quiet with { TruthDirectory = folder }))
            {
                await using var client = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade");
                simulator.Generate("binance", 1_000, "BTC-USDT");
                kept = simulator.TruthLines(Trades);
                Assert.Equal(simulator.Counts().Single(count => count.Stream == Trades).Rows, simulator.Truth(Trades).Count());
            }

            Assert.Equal(kept, await File.ReadAllBytesAsync(Path.Combine(folder, "binance", "trades", "BTC-USDT.jsonl")));
            await using var counting = await ExchangeSimulator.StartAsync(Quiet with { TruthDetail = TruthDetail.Counts });
            counting.Generate("binance", 100, "BTC-USDT");
            Assert.Empty(counting.Truth(Trades));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_query_and_action_is_available_over_http()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade");
        var control = $"http://127.0.0.1:{simulator.Port}/_control/";
        const string Stream = "?exchange=binance&dataset=trades&market=BTC-USDT";
        await OrderAsync(control + "drop" + Stream + "&count=2");
        simulator.Generate("binance", 100, "BTC-USDT");
        var fault = (await AskAsync(control + "faults"))[0];
        Assert.Equal(("Drop", 2), (fault.GetProperty("kind").GetString(), fault.GetProperty("events").GetInt32()));
        var lines = (await Http.GetStringAsync(control + "truth" + Stream)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Count(line => line.Contains("\"sent\":false")));
        Assert.Equal(1, (await AskAsync(control + "connections?exchange=binance"))[0].GetProperty("subscriptions").GetInt32());
        Assert.True((await AskAsync(control + "streams")).GetArrayLength() >= 3);
        await OrderAsync(control + "list?exchange=binance&base=NEW&quote=USDT");
        Assert.Contains(simulator.Markets("binance"), market => market == new Market("NEW-USDT", "NEWUSDT"));
        foreach (var (command, state) in new[] { ("halt", "BREAK"), ("resume", "TRADING") })
        {
            await OrderAsync(control + command + "?exchange=binance&market=NEW-USDT");
            var listed = RawClient.Parse(await Http.GetStringAsync(simulator.RestAddress("binance") + "/api/v3/exchangeInfo")).GetProperty("symbols").EnumerateArray();
            Assert.Equal(state, listed.Single(market => market.GetProperty("symbol").GetString() == "NEWUSDT").GetProperty("status").GetString());
        }

        await OrderAsync(control + "delist?exchange=binance&market=NEW-USDT");
        Assert.DoesNotContain("NEWUSDT", await Http.GetStringAsync(simulator.RestAddress("binance") + "/api/v3/exchangeInfo"), StringComparison.Ordinal);
        await OrderAsync(control + "cut?exchange=binance");
        Assert.Equal(1, (await AskAsync(control + "stats"))[0].GetProperty("opened").GetInt32());
        using var unknown = await Http.PostAsync(control + "sing", null);
        using var wrong = await Http.PostAsync(control + "drop?exchange=binance&dataset=trades&market=NO-SUCH", null);
        Assert.Equal((404, 400), ((int)unknown.StatusCode, (int)wrong.StatusCode));
    }

    [Fact]
    public async Task Every_command_is_listed_with_its_parameters_and_no_other_parameter_is_accepted()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        var control = $"http://127.0.0.1:{simulator.Port}/_control";
        var help = await Http.GetStringAsync(control);
        foreach (var command in new[]
                 {
                     "GET  /_control/stats", "GET  /_control/streams", "GET  /_control/faults", "GET  /_control/connections?exchange=…", "GET  /_control/truth?exchange=…&dataset=…&market=…",
                     "drop?exchange=…&dataset=…&market=…[&count=…][&connection=…]", "repeat?", "reorder?", "mute?exchange=…&dataset=…&market=…[&seconds=…][&connection=…]",
                     "garbage?exchange=…&dataset=…&market=…[&garbage=…]", "absurdtime?exchange=…&dataset=…&market=…[&count=…][&ts=…]", "reset?",
                     "cut?exchange=…[&connection=…][&inside=…]", "stall?exchange=…&connection=…&seconds=…", "announce?exchange=…", "refuse?exchange=…&seconds=…",
                     "list?exchange=…&base=…&quote=…", "delist?exchange=…&market=…", "POST /_control/start", "POST /_control/stop",
                 })
            Assert.Contains(command, help, StringComparison.Ordinal);
        const string Stream = "exchange=binance&dataset=trades&market=BTC-USDT";
        foreach (var wrong in new[] { $"drop?{Stream}&cuont=2", $"drop?{Stream}&count=two", $"garbage?{Stream}&garbage=nice", "stall?exchange=binance&connection=1", "refuse?exchange=binance&seconds=soon" })
        {
            using var answer = await Http.PostAsync($"{control}/{wrong}", null);
            Assert.True((int)answer.StatusCode == 400, wrong);
        }
    }

    [Fact]
    public async Task Thousands_of_markets_have_unique_names_and_symbols()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(new() { EventsPerSecond = 0, Markets = 2_000 });
        foreach (var exchange in simulator.Exchanges)
        {
            var markets = simulator.Markets(exchange);
            Assert.Equal(2_000, markets.Count);
            var unique = UniqueMarketNames.WithUniqueNames(markets.Select(market => new ListedMarket(market, "", MarketState.Trading)), []);
            Assert.Empty(unique.Skipped);
            Assert.Equal(markets.Select(market => market.Name).Order(), unique.Recordable.Select(market => market.Name).Order());
        }
    }

    /// <summary>The id; nothing where there is a time instead.</summary>
    private static long? Id(long? idOrTime) => idOrTime < 100_000_000_000_000 ? idOrTime : null;

    private static async Task<JsonElement> AskAsync(string address) => RawClient.Parse(await Http.GetStringAsync(address));

    private static async Task OrderAsync(string address)
    {
        using var answer = await Http.PostAsync(address, null);
        answer.EnsureSuccessStatusCode();
    }
}
