using System.Net.WebSockets;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.WebSockets;
using Ingester.WebSockets.Frames;

namespace Ingester.Tests.Recording;

public sealed class ConnectionTests
{
    private static readonly Subscription Btc = FakeExchange.Stream(Dataset.Trades, "BTC-USDT");
    private static readonly Subscription Eth = FakeExchange.Stream(Dataset.Trades, "ETH-USDT");

    [Fact]
    public async Task Connection_subscribes_passes_frames_to_the_lane_and_sends_a_close_frame()
    {
        using var rig = new Rig();
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await server.SayAsync("hello");
        foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "frame ok 1", "subscribed Trades:BTC-USDT", "frame hello" })
            Assert.Equal(happened, await lane.NextAsync());
        Assert.True(connection.IsOpen);
        Assert.Equal(1, connection.ConfirmedCount);

        await rig.Stop.CancelAsync();
        Assert.Equal("close", await server.ReadAsync());
        await server.SayAsync("last");
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await run.WaitAsync(FakeServer.Deadline);
        Assert.Equal("frame last", await lane.NextAsync());
        Assert.Equal("close", await lane.NextAsync());
        Assert.Equal((1, 0), (rig.Meter.ConnectionsOpened.Total, rig.Meter.ConnectionsLost.Total));
        Assert.False(connection.IsOpen);
    }

    [Fact]
    public async Task Changes_reach_the_open_socket_as_the_difference()
    {
        using var rig = new Rig();
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        connection.Update([Eth], []);
        Assert.Equal("+2 trades:ETHUSDT", await server.ReadAsync());
        connection.Update([], [Btc]);
        Assert.Equal("-3 trades:BTCUSDT", await server.ReadAsync());
        foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "add Trades:ETH-USDT", "remove Trades:BTC-USDT" })
            Assert.Equal(happened, await lane.NextAsync());
        server.Abort();
        var again = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:ETHUSDT", await again.ReadAsync());
        again.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Lost_connection_closes_the_feed_and_subscribes_again_on_a_new_socket()
    {
        using var rig = new Rig();
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var lane = await rig.LaneAsync();
        Assert.Equal("add Trades:BTC-USDT", await lane.NextAsync());
        for (var life = 1; life <= 3; life++)
        {
            var server = await rig.Server.AcceptAsync();
            Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
            Assert.Equal("open", await lane.NextAsync());
            server.Abort();
            Assert.Equal("close", await lane.NextAsync());
        }

        (await rig.Server.AcceptAsync()).Abort();
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("broken") >= 3);
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Sent_frames_are_read_to_the_end_although_the_exchange_does_not_read_any_more()
    {
        const int Frames = 20_000;
        byte[] sent = [.. Enumerable.Range(0, Frames).Select(i => $"{i}").SelectMany(text => (byte[])[0x81, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)])];
        using var stream = new ScriptedStream(sent, new(1), deaf: true);
        var again = new TaskCompletionSource<WebSocket>();
        var dials = 0;
        using var rig = new Rig
        {
            Dial = (_, _, stop) => dials++ == 0
                ? Task.FromResult<WebSocket>(new FrameSocket(stream, stream.Dispose, default, new(new(), TimeProvider.System)))
                : again.Task.WaitAsync(stop),
        };
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var lane = await rig.LaneAsync();
        Assert.Equal("add Trades:BTC-USDT", await lane.NextAsync());
        Assert.Equal("open", await lane.NextAsync());
        for (var i = 0; i < Frames; i++)
            Assert.Equal($"frame {i}", await lane.NextAsync());
        Assert.Equal("close", await lane.NextAsync());
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("broken") == 1);
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Headers_of_the_exchange_are_sent_with_the_handshake()
    {
        var headers = new Dictionary<string, string> { ["X-Size-Decimal"] = "1" };
        using var rig = new Rig { Exchange = new() { Profile = new FakeExchange().Profile with { RequestHeaders = headers } } };
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        await rig.Server.AcceptAsync();
        Assert.Same(headers, rig.Server.Headers);
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task A_close_by_the_exchange_is_answered_and_its_words_are_kept()
    {
        var patient = new ConnectionOptions { BackoffBase = TimeSpan.FromMinutes(10), BackoffCap = TimeSpan.FromMinutes(10) };
        using var rig = new Rig { Clock = new ManualClock(DateTimeOffset.UnixEpoch), Options = patient };
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "24 hours", CancellationToken.None);
        Assert.Equal("close", await server.ReadAsync());
        await rig.AdvanceUntilAsync(() => connection.LastError is not null);
        Assert.Contains("24 hours", connection.LastError, StringComparison.Ordinal);
        Assert.Equal(1, rig.Meter.ConnectionsLost.TotalOf("closed"));
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Silence_ends_the_socket_and_any_frame_prevents_it()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var rig = new Rig { Clock = clock, Options = new() { SilenceLimit = TimeSpan.FromSeconds(30) } };
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        Assert.Equal("add Trades:BTC-USDT", await lane.NextAsync());
        Assert.Equal("open", await lane.NextAsync());
        for (var i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(29));
            await server.SayAsync("tick");
            Assert.Equal("frame tick", await lane.NextAsync());
        }

        Assert.Equal(0, rig.Meter.ConnectionsLost.Total);
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("close", await lane.NextAsync());
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("silent") == 1);
        await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Rate_limited_exchange_is_dialed_again_after_the_retry_after_time()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var rig = new Rig { Clock = clock };
        var refusals = 1;
        rig.Server.Refusal = () =>
            refusals-- > 0 ? new ConnectionException(ConnectionFaultKind.Limited, "429") { RetryAfter = TimeSpan.FromSeconds(30) } : null;
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= TimeSpan.FromSeconds(30));
        Assert.Equal(2, rig.Server.Dials);
        Assert.Equal(1, rig.Meter.ConnectionsFailed.TotalOf("limited"));
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Dials_that_fail_are_counted_and_tried_again()
    {
        using var rig = new Rig();
        var refusals = 5;
        rig.Server.Refusal = () => refusals-- > 0 ? new WebSocketException("no route") : null;
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        await rig.Server.AcceptAsync();
        Assert.Equal(5, rig.Meter.ConnectionsFailed.TotalOf("broken"));
        await Rig.UntilAsync(() => connection.LastError is null);
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task The_exchange_s_own_ping_is_sent_in_its_interval()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var profile = new FakeExchange().Profile with { PingMessage = "ping", PingInterval = TimeSpan.FromSeconds(20) };
        using var rig = new Rig { Clock = clock, Exchange = new() { Profile = profile } };
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await Rig.UntilAsync(() => connection.ConfirmedCount == 1);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal("ping", await rig.AdvanceUntilAsync(server.ReadAsync()));
            Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= i * TimeSpan.FromSeconds(20));
        }

        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Requests_refused_or_unanswered_are_counted()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var rig = new Rig { Clock = clock };
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("no 1 unknown symbol");
        await Rig.UntilAsync(() => rig.Meter.RequestsFailed.TotalOf("refused") == 1);
        connection.Update([Eth], []);
        Assert.Equal("+2 trades:ETHUSDT", await rig.AdvanceUntilAsync(server.ReadAsync()));
        await rig.AdvanceUntilAsync(() => rig.Meter.RequestsFailed.TotalOf("unanswered") >= 1); // rejected streams are requested again, and that request may stay unanswered
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task A_message_in_many_parts_is_one_frame_and_one_too_long_ends_the_socket()
    {
        using var rig = new Rig { Options = new() { BackoffBase = TimeSpan.FromMilliseconds(1), ReceiveBuffer = 1024, MaxMessage = 100_000 } };
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("add Trades:BTC-USDT", await lane.NextAsync());
        Assert.Equal("open", await lane.NextAsync());
        for (var part = 0; part < 50; part++)
            await server.SendAsync(new byte[1999], WebSocketMessageType.Binary, part == 49, CancellationToken.None).WaitAsync(FakeServer.Deadline);
        Assert.Equal($"frame of {50 * 1999}", await lane.NextAsync());
        var flooding = server.SendAsync(new byte[100_001], WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal("close", await lane.NextAsync());
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("oversized") == 1);
        server.Abort();
        await Task.WhenAny(flooding).WaitAsync(FakeServer.Deadline);
        (await rig.Server.AcceptAsync()).Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Bug_is_thrown_and_not_retried()
    {
        using var rig = new Rig();
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        await server.SayAsync("mistake");
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.WaitAsync(FakeServer.Deadline));
        Assert.Equal(1, rig.Server.Dials);
    }

    [Fact]
    public async Task A_stop_does_not_wait_long_for_an_exchange_that_ignores_it()
    {
        using var rig = new Rig { Options = new() { CloseTimeout = TimeSpan.FromMilliseconds(20), SilenceLimit = TimeSpan.FromDays(1) } };
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await rig.StopAsync(run);
        Assert.Equal(0, rig.Meter.ConnectionsLost.Total);
    }
}
