using System.Net;
using System.Net.WebSockets;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Simulator.Options;

namespace Ingester.Integration.Tests.Simulator;

/// <summary>Who asks too much is refused, and the refusal is counted.</summary>
public sealed class LimitTests
{
    private static readonly SimulatorOptions Quiet = new() { Exchanges = ["binance"], EventsPerSecond = 0, Markets = 2 };
    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Too_many_connects_are_answered_with_429()
    {
        await using var simulator = await StartAsync(new() { Connects = new RateLimit(2, TimeSpan.FromMinutes(5)) });
        await using var first = await RawClient.ConnectAsync(simulator, "binance", "/stream");
        await using var second = await RawClient.ConnectAsync(simulator, "binance", "/stream");
        await Assert.ThrowsAsync<WebSocketException>(() => RawClient.ConnectAsync(simulator, "binance", "/stream"));
        Assert.Equal(1, simulator.Stats("binance").Refused["connect"]);
    }

    [Fact]
    public async Task Too_much_request_weight_is_answered_with_429_and_a_retry_time()
    {
        await using var simulator = await StartAsync(new() { RequestWeight = new RateLimit(300, TimeSpan.FromMinutes(1)) });
        var address = simulator.RestAddress("binance") + "/api/v3/depth?symbol=BTCUSDT&limit=5000";
        using var answered = await Http.GetAsync(address);
        using var refused = await Http.GetAsync(address);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (answered.StatusCode, refused.StatusCode));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(1, simulator.Stats("binance").Refused["rest"]);
    }

    [Fact]
    public async Task All_requests_are_rejected_for_a_requested_time()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        simulator.Refuse("binance", TimeSpan.FromMinutes(2));
        using var refused = await Http.GetAsync(simulator.RestAddress("binance") + "/api/v3/exchangeInfo");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        await Assert.ThrowsAsync<WebSocketException>(() => RawClient.ConnectAsync(simulator, "binance", "/stream"));
    }

    [Fact]
    public async Task A_client_that_sends_too_many_messages_is_disconnected()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet);
        await using var client = await RawClient.ConnectAsync(simulator, "binance", "/stream");
        for (var i = 0; i < 6; i++)
            await client.SayAsync("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        for (var i = 0; i < 5; i++)
            Assert.NotNull(await client.HearAsync());
        Assert.Null(await client.HearAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, client.CloseStatus);
        Assert.Equal(1, simulator.Stats("binance").Refused["messages"]);
    }

    [Fact]
    public async Task A_request_for_more_streams_than_the_maximum_is_rejected_as_a_whole()
    {
        await using var simulator = await StartAsync(new() { StreamsPerConnection = 2 });
        await using var client = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade");
        await client.SayAsync("""{"method":"SUBSCRIBE","params":["btcusdt@depth","ethusdt@trade"],"id":1}""");
        Assert.True((await client.HearJsonAsync()).TryGetProperty("error", out _));
        Assert.Equal(1, Assert.Single(simulator.Connections("binance")).Subscriptions);
    }

    [Fact]
    public async Task A_slow_reader_is_disconnected_and_other_connections_continue()
    {
        await using var simulator = await ExchangeSimulator.StartAsync(Quiet with { MaxQueuedFrames = 512 });
        await using var slow = await RawClient.ConnectSlowlyAsync(simulator, "binance", "/stream?streams=btcusdt@depth@100ms");
        await using var good = await RawClient.ConnectAsync(simulator, "binance", "/stream?streams=btcusdt@trade");
        var received = 0;
        for (var round = 0; round < 1_000 && simulator.Stats("binance").SlowReaders == 0; round++)
        {
            simulator.Generate("binance", 200, "BTC-USDT");
            var trades = (int)simulator.Counts().Single(count => count.Stream == Trades).Rows;
            await good.HearAsync(trades - received);
            received = trades;
        }

        Assert.Equal(1, simulator.Stats("binance").SlowReaders);
        Assert.Single(simulator.Faults(), fault => fault.Kind == InjectedFaultKind.SlowReader);
        Assert.Single(simulator.Connections("binance"));
    }

    private static Task<ExchangeSimulator> StartAsync(LimitOverrides limits) => ExchangeSimulator.StartAsync(Quiet with { Limits = limits });
}
