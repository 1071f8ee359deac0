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
        var running = await StartAsync(rig);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= Life / 2);
        Assert.Equal("open", await running.Lane.NextAsync());
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        clock.Advance(2 * Overlap);
        await running.Server.SayAsync("still here"); // not before the exchange has confirmed
        Assert.Equal("frame still here", await running.Lane.NextAsync());
        await next.SayAsync("ok 1");
        Assert.Equal("frame ok 1", await running.Lane.NextAsync());
        Assert.Equal("subscribed Trades:BTC-USDT", await running.Lane.NextAsync());
        Assert.Equal("close", await rig.AdvanceUntilAsync(running.Server.ReadAsync()));
        await running.Server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.Equal("close", await running.Lane.NextAsync());
        await Rig.UntilAsync(() => rig.Meter.ConnectionsRotated.TotalOf("done") == 1);
        Assert.Equal((true, 1, 0L), (running.Connection.IsOpen, running.Connection.ConfirmedCount, rig.Meter.ConnectionsLost.Total));
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Close_notice_of_the_exchange_opens_the_successor()
    {
        using var rig = NewRig(null);
        var running = await StartAsync(rig);
        await running.Server.SayAsync("bye");
        var next = await running.AcceptSuccessorAsync();
        Assert.Equal(2, rig.Server.Dials); // although connections of this exchange have no maximum age
        await running.HandOverAsync(next);
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Removed_stream_that_cannot_be_unsubscribed_opens_a_successor_without_it()
    {
        var profile = new FakeExchange().Profile;
        profile = profile with { Datasets = [.. profile.Datasets.Select(dataset => dataset with { CanUnsubscribe = false })] };
        using var rig = new Rig { Clock = clock, Options = Options(null), Exchange = new() { Profile = profile } };
        var running = await StartAsync(rig);
        running.Connection.Update([Eth], []);
        Assert.Equal("+2 trades:ETHUSDT", await rig.AdvanceUntilAsync(running.Server.ReadAsync()));
        await running.Server.SayAsync("ok 2");
        running.Connection.Update([], [Eth]);
        var next = await running.AcceptSuccessorAsync();
        await running.HandOverAsync(next); // the predecessor sends nothing but its close frame
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Failed_successors_are_retried_and_the_predecessor_stays_open()
    {
        using var rig = NewRig(Life);
        var refusals = 3;
        var running = await StartAsync(rig);
        rig.Server.Refusal = () => refusals-- > 0 ? new WebSocketException("no route") : null;
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal(3, rig.Meter.ConnectionsRotated.TotalOf("failed"));
        Assert.True(running.Connection.IsOpen);
        Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
        await running.HandOverAsync(next);
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Successor_that_does_not_receive_all_streams_is_abandoned_at_the_limit()
    {
        using var rig = NewRig(Life);
        var running = await StartAsync(rig);
        running.Lane.Takeover = TakeoverReadiness.Incomplete;
        var next = await running.AcceptSuccessorAsync();
        await next.SayAsync("ok 1");
        Assert.Equal("close", await rig.AdvanceUntilAsync(next.ReadAsync()));
        Assert.Equal(1, rig.Meter.ConnectionsRotated.TotalOf("failed"));
        Assert.Equal((true, 1), (running.Connection.IsOpen, running.Connection.ConfirmedCount));
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Connection_lost_while_its_successor_opens_is_replaced_by_it()
    {
        using var rig = NewRig(null); // by a notice: where the clock runs ahead of the events, the successor would be old enough for its own successor
        var running = await StartAsync(rig);
        await running.Server.SayAsync("bye");
        var next = await running.AcceptSuccessorAsync();
        running.Server.Abort();
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("broken") == 1);
        await next.SayAsync("ok 1");
        await Rig.UntilAsync(() => running.Connection.ConfirmedCount == 1);
        Assert.Equal(2, rig.Server.Dials);
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Streams_added_during_a_handover_are_requested_on_the_successor_only()
    {
        using var rig = NewRig(Life);
        var running = await StartAsync(rig);
        var next = await running.AcceptSuccessorAsync();
        running.Connection.Update([Eth], []);
        Assert.Equal("+2 trades:ETHUSDT", await rig.AdvanceUntilAsync(next.ReadAsync()));
        await next.SayAsync("ok 1");
        await next.SayAsync("ok 2");
        Assert.Equal("close", await rig.AdvanceUntilAsync(running.Server.ReadAsync())); // and nothing else before
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Changed_streams_are_carried_by_a_successor_where_the_exchange_replaces_subscriptions()
    {
        using var rig = new Rig { Clock = clock, Options = Options(null), Exchange = new() { Profile = new FakeExchange().Profile with { ReplacesSubscriptions = true } } };
        var running = await StartAsync(rig);
        running.Connection.Update([Eth], []);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT trades:ETHUSDT", await next.ReadAsync());
        await running.HandOverAsync(next); // and nothing else was sent to the predecessor before
        await running.StopAsync(next);
    }

    [Fact]
    public async Task Stop_during_a_handover_closes_both_connections()
    {
        using var rig = NewRig(Life);
        var running = await StartAsync(rig);
        var next = await running.AcceptSuccessorAsync();
        await rig.Stop.CancelAsync();
        Assert.Equal("close", await running.Server.ReadAsync());
        Assert.Equal("close", await next.ReadAsync());
        await rig.StopAsync(running.Run);
        Assert.Equal((0L, 0L), (rig.Meter.ConnectionsLost.Total, rig.Meter.ConnectionsRotated.Total));
    }

    [Fact]
    public async Task Stop_after_a_successor_failed_ends_at_once()
    {
        using var rig = NewRig(Life, TimeSpan.FromHours(1));
        var running = await StartAsync(rig);
        rig.Server.Refusal = () => new WebSocketException("no route");
        await rig.AdvanceUntilAsync(() => rig.Meter.ConnectionsRotated.TotalOf("failed") == 1);
        await Task.Run(rig.Stop.Cancel).WaitAsync(FakeServer.Deadline);
        Assert.Equal("close", await running.Server.ReadAsync());
        running.Server.Abort();
        await running.Run.WaitAsync(FakeServer.Deadline);
    }

    [Fact]
    public async Task Bug_in_a_successor_is_thrown_and_closes_the_predecessor()
    {
        using var rig = NewRig(Life);
        var running = await StartAsync(rig);
        var next = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        await next.SayAsync("mistake");
        Assert.Equal("close", await rig.AdvanceUntilAsync(running.Server.ReadAsync()));
        running.Server.Abort();
        await rig.AdvanceUntilAsync(() => running.Run.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => running.Run);
    }

    [Fact]
    public async Task Confirmed_stream_that_the_exchange_does_not_list_is_requested_again()
    {
        var profile = new FakeExchange().Profile with { ListSubscriptionsMessage = id => $"?{id}" };
        using var rig = new Rig { Clock = clock, Options = Options(null), Exchange = new() { Profile = profile } };
        var (_, run, server) = await OpenAsync(rig, Btc, Eth);
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
    public async Task Stream_that_is_never_confirmed_is_reported_by_name()
    {
        using var rig = new Rig { Clock = clock, Options = Options(null) };
        var (connection, run, server) = await OpenAsync(rig, Btc, Eth);
        Assert.Equal("+1 trades:BTCUSDT trades:ETHUSDT", await server.ReadAsync());
        await server.SayAsync("no 1 one of them is bad");
        var requests = new List<string>();
        while (connection.FailedStreams.Count == 0)
        {
            requests.Add(await rig.AdvanceUntilAsync(server.ReadAsync()));
            var id = requests[^1][1..requests[^1].IndexOf(' ', StringComparison.Ordinal)];
            await server.SayAsync(requests[^1].Contains("ETH", StringComparison.Ordinal) ? $"no {id} unknown symbol" : $"ok {id}");
            if (requests.Count(text => text.Contains("ETH", StringComparison.Ordinal)) == rig.Options.SubscribeTries - 1)
                await rig.AdvanceUntilAsync(() => connection.FailedStreams.Count > 0);
        }

        Assert.Equal(rig.Options.SubscribeTries, requests.Count); // one for the valid stream, and all other attempts for the invalid one
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
        AnswerTimeout = TimeSpan.FromHours(1), // the clock runs ahead of the events
        HandoverLimit = TimeSpan.FromMinutes(5),
        HandoverOverlap = Overlap,
        RotateAfter = rotateAfter,
    };

    private static async Task<(ExchangeConnection Connection, Task Run, WebSocket Server)> OpenAsync(Rig rig, params Subscription[] streams)
    {
        var connection = rig.Connect(streams);
        var run = connection.RunAsync(rig.Stop.Token);
        return (connection, run, await rig.Server.AcceptAsync());
    }

    /// <summary>Starts a connection with one confirmed stream.</summary>
    private static async Task<Running> StartAsync(Rig rig)
    {
        var (connection, run, server) = await OpenAsync(rig, Btc);
        var lane = await rig.LaneAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "frame ok 1", "subscribed Trades:BTC-USDT" })
            Assert.Equal(happened, await lane.NextAsync());
        return new(rig, connection, run, server, lane);
    }

    private Rig NewRig(TimeSpan? rotateAfter, TimeSpan? backoff = null) => new() { Clock = clock, Options = Options(rotateAfter, backoff) };

    /// <summary>A running connection with one confirmed stream.</summary>
    private sealed record Running(Rig Rig, ExchangeConnection Connection, Task Run, WebSocket Server, RecordingLane Lane)
    {
        /// <summary>Advances the clock until the successor has opened and subscribed; returns its server side.</summary>
        public async Task<WebSocket> AcceptSuccessorAsync()
        {
            var next = await Rig.AdvanceUntilAsync(Rig.Server.AcceptAsync());
            Assert.Equal("+1 trades:BTCUSDT", await next.ReadAsync());
            return next;
        }

        /// <summary>Confirms the stream of the successor; the predecessor then closes.</summary>
        public async Task HandOverAsync(WebSocket next)
        {
            await next.SayAsync("ok 1");
            Assert.Equal("close", await Rig.AdvanceUntilAsync(Server.ReadAsync()));
        }

        /// <summary>Stops the connection.</summary>
        public Task StopAsync(WebSocket next)
        {
            next.Abort();
            return Rig.StopAsync(Run);
        }
    }
}
