using System.Net.WebSockets;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Recording.Sessions;
using Ingester.Testing;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Sessions;

public sealed class RotatingConnectionTests
{
    private static readonly Subscription Btc = FakeExchange.Stream(Dataset.Trades, "BTC-USDT");
    private static readonly Subscription Eth = FakeExchange.Stream(Dataset.Trades, "ETH-USDT");
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(10);
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Successor_is_open_and_confirmed_before_the_predecessor_closes()
    {
        using var rig = NewRig(Life);
        var (connection, run, old, lane) = await StartAsync(rig);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= Life / 2);
        Assert.Equal("open", await lane.NextAsync());
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        clock.Advance(2 * Overlap);
        await old.SayAsync("still here"); // not before the exchange has confirmed
        Assert.Equal("frame still here", await lane.NextAsync());
        await next.SayAsync("ok 1");
        Assert.Equal("frame ok 1", await lane.NextAsync());
        Assert.Equal("subscribed Trades:BTC-USDT", await lane.NextAsync());
        Assert.Equal("close", await rig.AdvanceUntilAsync(old.ReadAsync()));
        await old.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal("close", await lane.NextAsync());
        await Rig.UntilAsync(() => rig.Meter.ConnectionsRotated.TotalOf("done") == 1);
        Assert.Equal((true, 1, 0L), (connection.IsOpen, connection.ConfirmedCount, rig.Meter.ConnectionsLost.Total));
        next.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Close_notice_of_the_exchange_opens_the_successor()
    {
        using var rig = NewRig(null);
        var (_, run, old, _) = await StartAsync(rig);
        await old.SayAsync("bye");
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal(2, rig.Server.Dials); // although connections of this exchange may live for ever
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        await next.SayAsync("ok 1");
        Assert.Equal("close", await rig.AdvanceUntilAsync(old.ReadAsync()));
        next.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Failed_successors_are_retried_and_the_predecessor_stays_open()
    {
        using var rig = NewRig(Life);
        var refusals = 3;
        var (connection, run, old, _) = await StartAsync(rig);
        rig.Server.Refusal = () => refusals-- > 0 ? new WebSocketException("no route") : null;
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal(3, rig.Meter.ConnectionsRotated.TotalOf("failed"));
        Assert.True(connection.IsOpen);
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        await next.SayAsync("ok 1");
        Assert.Equal("close", await rig.AdvanceUntilAsync(old.ReadAsync()));
        next.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Successor_that_does_not_receive_all_streams_is_abandoned_at_the_limit()
    {
        using var rig = NewRig(Life);
        var (connection, run, _, lane) = await StartAsync(rig);
        lane.Takeover = TakeoverReadiness.Incomplete;
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        await next.SayAsync("ok 1");
        Assert.Equal("close", await rig.AdvanceUntilAsync(next.ReadAsync()));
        Assert.Equal(1, rig.Meter.ConnectionsRotated.TotalOf("failed"));
        Assert.Equal((true, 1), (connection.IsOpen, connection.ConfirmedCount));
        next.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Connection_lost_while_its_successor_opens_is_replaced_by_it()
    {
        using var rig = NewRig(null); // by a notice: where the clock runs ahead of what happens, the successor would be old enough for one of its own
        var (connection, run, old, _) = await StartAsync(rig);
        await old.SayAsync("bye");
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        old.Abort();
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("broken") == 1);
        await next.SayAsync("ok 1");
        await Rig.UntilAsync(() => connection.ConfirmedCount == 1);
        Assert.Equal(2, rig.Server.Dials);
        next.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Streams_added_during_a_handover_are_requested_on_the_successor_only()
    {
        using var rig = NewRig(Life);
        var (connection, run, old, _) = await StartAsync(rig);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        connection.Update([Eth], []);
        Assert.Equal("+2 trades:ETHUSDT", await rig.AdvanceUntilAsync(next.ReadAsync()));
        await next.SayAsync("ok 1");
        await next.SayAsync("ok 2");
        Assert.Equal("close", await rig.AdvanceUntilAsync(old.ReadAsync())); // and nothing else before
        next.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task A_stop_while_connections_change_closes_both()
    {
        using var rig = NewRig(Life);
        var (_, run, old, _) = await StartAsync(rig);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        await rig.Stop.CancelAsync();
        Assert.Equal("close", await old.ReadAsync());
        Assert.Equal("close", await next.ReadAsync());
        await rig.StopAsync(run);
        Assert.Equal((0L, 0L), (rig.Meter.ConnectionsLost.Total, rig.Meter.ConnectionsRotated.Total));
    }

    [Fact]
    public async Task A_stop_after_a_successor_failed_ends_at_once()
    {
        using var rig = NewRig(Life, TimeSpan.FromHours(1));
        var (_, run, old, _) = await StartAsync(rig);
        rig.Server.Refusal = () => new WebSocketException("no route");
        await rig.AdvanceUntilAsync(() => rig.Meter.ConnectionsRotated.TotalOf("failed") == 1);
        await Task.Run(rig.Stop.Cancel).WaitAsync(FakeServer.Deadline);
        Assert.Equal("close", await old.ReadAsync());
        old.Abort();
        await run.WaitAsync(FakeServer.Deadline);
    }

    [Fact]
    public async Task Bug_in_a_successor_is_thrown_and_closes_the_predecessor()
    {
        using var rig = NewRig(Life);
        var (_, run, old, _) = await StartAsync(rig);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        await next.SayAsync("mistake");
        Assert.Equal("close", await rig.AdvanceUntilAsync(old.ReadAsync()));
        old.Abort();
        await rig.AdvanceUntilAsync(() => run.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => run);
    }

    [Fact]
    public async Task Confirmed_stream_that_the_exchange_does_not_list_is_requested_again()
    {
        var profile = new FakeExchange().Profile with { ListSubscriptionsMessage = id => $"?{id}" };
        using var rig = new Rig { Clock = clock, Options = Options(null), Exchange = new() { Profile = profile } };
        var connection = rig.Connect(Btc, Eth);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT trades:ETHUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        Assert.Equal("?2", await rig.AdvanceUntilAsync(server.ReadAsync()));
        await server.SayAsync("has 2 BTCUSDT");
        Assert.Equal("+3 trades:ETHUSDT", await rig.AdvanceUntilAsync(server.ReadAsync()));
        Assert.Equal(1, rig.Meter.RequestsFailed.TotalOf("unlisted"));
        await server.SayAsync("ok 3");
        Assert.Equal("?4", await rig.AdvanceUntilAsync(server.ReadAsync()));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task A_stream_that_is_never_confirmed_is_reported_by_name()
    {
        using var rig = new Rig { Clock = clock, Options = Options(null) };
        var connection = rig.Connect(Btc, Eth);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT trades:ETHUSDT", await server.ReadAsync());
        await server.SayAsync("no 1 one of them is bad");
        var asked = new List<string>();
        while (connection.FailedStreams.Count == 0)
        {
            asked.Add(await rig.AdvanceUntilAsync(server.ReadAsync()));
            var id = asked[^1][1..asked[^1].IndexOf(' ', StringComparison.Ordinal)];
            await server.SayAsync(asked[^1].Contains("ETH", StringComparison.Ordinal) ? $"no {id} unknown symbol" : $"ok {id}");
            if (asked.Count(text => text.Contains("ETH", StringComparison.Ordinal)) == rig.Options.SubscribeTries - 1)
                await rig.AdvanceUntilAsync(() => connection.FailedStreams.Count > 0);
        }

        Assert.Equal(rig.Options.SubscribeTries, asked.Count); // the good one once, alone; the bad one as often as is tried
        Assert.Equal([Eth], connection.FailedStreams);
        Assert.Equal(1, connection.ConfirmedCount);
        await rig.AdvanceUntilAsync(() => rig.Meter.RequestsFailed.TotalOf("given-up") == 1);
        server.Abort();
        await rig.StopAsync(run);
    }

    private static ConnectionOptions Options(TimeSpan? rotateAfter, TimeSpan? backoff = null) => new()
    {
        BackoffBase = backoff ?? TimeSpan.FromMilliseconds(1),
        SilenceLimit = TimeSpan.FromDays(1),
        CloseTimeout = TimeSpan.FromMinutes(1),
        AnswerTimeout = TimeSpan.FromHours(1), // the clock runs ahead of what happens
        HandoverLimit = TimeSpan.FromMinutes(5),
        HandoverOverlap = Overlap,
        RotateAfter = rotateAfter,
    };

    private static async Task<(ExchangeConnection Connection, Task Run, WebSocket Server, RecordingLane Lane)> StartAsync(Rig rig)
    {
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "frame ok 1", "subscribed Trades:BTC-USDT" })
            Assert.Equal(happened, await lane.NextAsync());
        return (connection, run, server, lane);
    }

    private Rig NewRig(TimeSpan? rotateAfter, TimeSpan? backoff = null) => new() { Clock = clock, Options = Options(rotateAfter, backoff) };
}
