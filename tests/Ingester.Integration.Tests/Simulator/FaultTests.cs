using System.Net.WebSockets;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Options;
using Ingester.Testing;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>What goes wrong goes wrong exactly as ordered, and is written down.</summary>
public sealed class FaultTests
{
    private const string Market = "BTC-USDT";
    private static readonly SimulatorOptions Quiet = new() { Exchanges = ["binance"], EventsPerSecond = 0, Markets = 2, EnforceLimits = false };
    private static readonly StreamId Depth = new(Dataset.Depth, "binance", Market);

    [Fact]
    public async Task A_drop_is_a_gap_for_all_connections_and_its_range_is_reported()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await ListenAsync(simulator);
        simulator.Generate("binance", 50, Market);
        simulator.DropNext(Depth, 3);
        simulator.Generate("binance", 50, Market);
        var truth = simulator.Truth(Depth).ToList();
        var sent = truth.Where(row => row.Sent).ToList();
        var dropped = truth.Where(row => !row.Sent).ToList();
        var fault = Assert.Single(simulator.Faults());

        Assert.Equal(3, dropped.Count);
        Assert.Equal((dropped[0].After, dropped[^1].UpTo, 3), (fault.After, fault.UpTo, fault.Events));
        Assert.Equal(sent.Select(row => row.UpTo), (await client.HearJsonAsync(sent.Count)).Select(UpTo));
        Assert.Equal(3, simulator.Stats("binance").Withheld);
    }

    [Fact]
    public async Task A_drop_for_one_connection_is_no_gap_for_another()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var unlucky = await ListenAsync(simulator);
        var connection = Assert.Single(simulator.Connections("binance")).Id;
        await using var lucky = await ListenAsync(simulator);
        simulator.DropNext(Depth, 2, connection);
        simulator.Generate("binance", 50, Market);
        var truth = simulator.Truth(Depth).ToList();
        Assert.All(truth, row => Assert.True(row.Sent));
        Assert.Equal(truth.Select(row => row.UpTo), (await lucky.HearJsonAsync(truth.Count)).Select(UpTo));
        Assert.Equal(truth.Skip(2).Select(row => row.UpTo), (await unlucky.HearJsonAsync(truth.Count - 2)).Select(UpTo));
    }

    [Fact]
    public async Task Repeated_and_reordered_events_arrive_repeated_and_reordered()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await ListenAsync(simulator);
        simulator.Inject(Depth, new(InjectedFaultKind.Repeat));
        simulator.Inject(Depth, new(InjectedFaultKind.Reorder));
        simulator.Generate("binance", 30, Market);
        simulator.StopGenerating();
        var ids = simulator.Truth(Depth).Select(row => row.UpTo).ToList();
        var received = (await client.HearJsonAsync(ids.Count)).Select(UpTo).ToList();

        // Both faults meet the first event: it is held back, which leaves nothing to repeat; its successor comes first.
        Assert.Equal([ids[1], ids[0], .. ids.Skip(2)], received);
        simulator.Inject(Depth, new(InjectedFaultKind.Repeat));
        simulator.Generate("binance", 30, Market);
        var next = simulator.Truth(Depth).ElementAt(ids.Count).UpTo;
        Assert.Equal([next, next], (await client.HearJsonAsync(2)).Select(UpTo));
    }

    [Fact]
    public async Task A_repeated_event_without_an_id_is_a_separate_event()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet with { Exchanges = ["kraken"] });
        await using var client = await RawClient.ConnectAsync(simulator, "kraken", "/v2");
        await client.SayAsync("""{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}""");
        await client.HearAsync(3); // the status, the answer and the book
        var stream = new StreamId(Dataset.Depth, "kraken", "BTC-USD");
        simulator.Inject(stream, new(InjectedFaultKind.Repeat));
        simulator.Generate("kraken", 20, "BTC-USD");
        var truth = simulator.Truth(stream).ToList();
        var received = await client.HearAsync(truth.Count);
        Assert.Equal((received[0], truth[0]), (received[1], truth[1]));
        Assert.NotEqual((received[1], truth[1]), (received[2], truth[2]));
    }

    [Fact]
    public async Task A_muted_stream_sends_nothing_while_other_streams_continue()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade/btcusdt@depth@100ms");
        simulator.Inject(Depth, new(InjectedFaultKind.Mute) { Duration = TimeSpan.FromHours(1) });
        simulator.Generate("binance", 100, Market);
        var trades = simulator.Truth(Depth with { Dataset = Dataset.Trades }).ToList();
        var received = await client.HearJsonAsync(trades.Count);
        Assert.All(received, frame => Assert.Equal("btcusdt@trade", frame.GetProperty("stream").GetString()));
        Assert.All(simulator.Truth(Depth), row => Assert.False(row.Sent));
        Assert.Equal(simulator.Truth(Depth).Count(), Assert.Single(simulator.Faults()).Events);
    }

    [Fact]
    public async Task Resets_absurd_times_and_garbage_are_sent()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await ListenAsync(simulator);
        simulator.Inject(Depth, new(InjectedFaultKind.Reset));
        simulator.Inject(Depth, new(InjectedFaultKind.AbsurdTime) { Micros = 4_102_444_800_000_000 });
        simulator.Generate("binance", 20, Market);
        var first = (await client.HearJsonAsync()).GetProperty("data");
        Assert.Equal(1, first.GetProperty("U").GetInt64());
        Assert.Equal(4_102_444_800_000, first.GetProperty("E").GetInt64());
        Assert.Equal(4_102_444_800_000_000, simulator.Truth(Depth).First().Micros);
        await client.HearAsync(simulator.Truth(Depth).Count() - 1);

        simulator.Inject(Depth, new(InjectedFaultKind.Garbage) { Garbage = GarbageKind.Truncated });
        var garbage = await client.HearAsync();
        Assert.ThrowsAny<JsonException>(() => RawClient.Parse(garbage!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Aborted_connection_has_received_everything_that_was_sent_before(bool insideFrame)
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await ListenAsync(simulator);
        simulator.Generate("binance", 500, Market);
        Assert.Equal(1, simulator.Cut("binance", insideFrame: insideFrame));
        simulator.Generate("binance", 20, Market);
        var truth = simulator.Truth(Depth).ToList();
        var sent = truth.Where(row => row.Sent).ToList();
        Assert.True(sent.Count < truth.Count);
        Assert.Equal(sent.Select(row => row.UpTo), (await client.HearJsonAsync(sent.Count)).Select(UpTo));
        await Assert.ThrowsAsync<WebSocketException>(client.HearAsync);
    }

    [Fact]
    public async Task A_stalled_connection_receives_nothing_and_then_all_queued_frames()
    {
        var clock = new ManualClock();
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet, clock);
        await using var client = await ListenAsync(simulator);
        Assert.True(simulator.Stall("binance", Assert.Single(simulator.Connections("binance")).Id, TimeSpan.FromSeconds(30)));
        Assert.False(simulator.Stall("binance", long.MaxValue, TimeSpan.FromSeconds(30)));
        simulator.Generate("binance", 50, Market);
        var received = client.HearJsonAsync(simulator.Truth(Depth).Count());
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(received.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(simulator.Truth(Depth).Select(row => row.UpTo), (await received).Select(UpTo));
    }

    [Fact]
    public async Task A_shutdown_is_announced_to_all_connections_if_the_exchange_has_such_a_message()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet with { Exchanges = ["binance", "kraken"] });
        await using var client = await ListenAsync(simulator);
        Assert.True(simulator.AnnounceShutdown("binance"));
        Assert.Equal("serverShutdown", (await client.HearJsonAsync()).GetProperty("e").GetString());
        Assert.False(simulator.AnnounceShutdown("kraken"));
    }

    [Fact]
    public async Task Random_faults_are_seeded_and_logged()
    {
        var rates = new FaultRates { Drop = 0.02, Repeat = 0.02, Reorder = 0.02, Garbage = 0.01, AbsurdTime = 0.01, Reset = 0.01 };
        var options = Quiet with { Faults = rates };
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await using var simulator = await ExchangeSimulator.StartAsync(options);
            await using var client = await ListenAsync(simulator);
            simulator.Generate("binance", 500);
            runs.Add(string.Join('\n', simulator.Faults()
                .Select(fault => $"{fault.Kind} {fault.Dataset} {fault.Market} {fault.After} {fault.UpTo}")));
            Assert.Equal(
                simulator.Faults()
                    .Where(fault => fault is { Kind: InjectedFaultKind.Drop, Market: Market, Dataset: "depth" })
                    .Select(fault => fault.UpTo),
                simulator.Truth(Depth).Where(row => !row.Sent).Select(row => row.UpTo));
        }

        Assert.NotEmpty(runs[0]);
        Assert.Equal(runs[0], runs[1]);
    }

    private static Task<RawClient> ListenAsync(ExchangeSimulator simulator) =>
        RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@depth@100ms");

    private static long? UpTo(JsonElement frame) => frame.GetProperty("data").GetProperty("u").GetInt64();
}
