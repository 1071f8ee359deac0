using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingester.Demo;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Testing.Fakes;
using Ingester.WebSockets;
using Ingester.WebSockets.Dialing;
using Microsoft.AspNetCore.Http;

namespace Ingester.Integration.Tests.Connections;

/// <summary>The connections room over real sockets on loopback, with either WebSocket client.</summary>
public abstract class SocketTests
{
    private protected abstract WebSocketClientKind Client { get; }

    [Fact]
    public async Task An_exchange_is_recorded_from_its_market_list_to_a_polite_end()
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        exchange.Markets = """["BTC-USDT","ETH-EUR"]""";
        using var rig = NewRig(exchange);
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var (server, lane) = (await exchange.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await server.SendAsync(new byte[300_000], WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);
        await server.SendAsync(new byte[1], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        foreach (var happened in new[]
        {
            "add Depth:BTC-USDT Trades:BTC-USDT", "open", "frame ok 1", "subscribed Depth:BTC-USDT Trades:BTC-USDT", "frame of 300001",
        })
            Assert.Equal(happened, await lane.NextAsync());
        Assert.Equal(new ExchangeStatus("fake", 1, 1, 1, 2, 2, null), recorder.Status);

        exchange.Markets = """["BTC-USDT","ETH-USDT"]""";
        Assert.Equal("+2 trades:ETHUSDT depth:ETHUSDT", await server.ReadAsync());
        await rig.Stop.CancelAsync();
        Assert.Equal("close", await server.ReadAsync());
        await server.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await run.WaitAsync(FakeServer.Deadline);
        Assert.Equal(0, rig.Meter.ConnectionsLost.Total);
    }

    [Fact]
    public async Task Lost_connection_is_opened_again_and_resubscribed()
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        exchange.Markets = """["BTC-USDT"]""";
        using var rig = NewRig(exchange);
        var run = new ExchangeRecorder(rig.Context, rig.Services).RunAsync(rig.Stop.Token);
        for (var life = 0; life < 3; life++)
        {
            var server = await exchange.AcceptAsync();
            Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await server.ReadAsync());
            server.Abort();
        }

        (await exchange.AcceptAsync()).Abort();
        await Rig.UntilAsync(() => rig.Meter.ConnectionsLost.TotalOf("broken") >= 3);
        await rig.StopAsync(run);
    }

    [Theory]
    [InlineData(429, "Limited", 7)]
    [InlineData(418, "Limited", 7)]
    [InlineData(403, "Refused", 7)]
    public async Task Refused_dial_reports_the_reason_and_the_retry_after_time(int status, string kind, int seconds)
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        exchange.Instead = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "7";
            return Task.FromResult(true);
        };
        var fault = await DialAsync(exchange.WebSocketAddress, new());
        Assert.Equal((kind, TimeSpan.FromSeconds(seconds)), (fault.Kind.ToString(), fault.RetryAfter));
        Assert.Contains($"HTTP {status}", fault.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task Unanswered_dial_ends_at_the_timeout(string scheme)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(); // connects, and never answers the handshake
        var fault = await DialAsync($"{scheme}://{listener.LocalEndpoint}", new() { DialTimeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal(ConnectionFaultKind.Unreachable, fault.Kind);
        Assert.Contains("was not established within", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable() =>
        Assert.Equal(ConnectionFaultKind.Unreachable, (await DialAsync($"ws://127.0.0.1:{ReplicaProcess.FreePort()}", new())).Kind);

    [Fact]
    public async Task A_self_signed_certificate_is_refused()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var exchange = await LoopbackExchange.StartAsync(certificate);
        var fault = await DialAsync(exchange.WebSocketAddress, new());
        Assert.Equal(ConnectionFaultKind.Unreachable, fault.Kind);
        Assert.Equal("The certificate of 127.0.0.1 is not accepted: this machine does not trust it (UntrustedRoot). Its subject is CN=127.0.0.1.", fault.Reason);
    }

    [Fact]
    public async Task Refused_market_list_is_requested_again_after_the_wait()
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        exchange.Markets = """["BTC-USDT"]""";
        var refusals = 2;
        exchange.Instead = context =>
        {
            if (context.WebSockets.IsWebSocketRequest || refusals-- <= 0)
                return Task.FromResult(false);
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        };
        using var rig = NewRig(exchange);
        var run = new ExchangeRecorder(rig.Context, rig.Services).RunAsync(rig.Stop.Token);
        var server = await exchange.AcceptAsync();
        Assert.Equal(2, rig.Meter.MarketListRefreshes.TotalOf("failed"));
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await server.ReadAsync());
        server.Abort();
        await rig.StopAsync(run);
    }

    private Rig NewRig(LoopbackExchange exchange)
    {
        var options = new ConnectionOptions { Client = Client, BackoffBase = TimeSpan.FromMilliseconds(10), CloseTimeout = TimeSpan.FromSeconds(1) };
        return new()
        {
            Choice = new()
            {
                Markets = ["*-USDT"],
                WebSocket = exchange.WebSocketAddress,
                Rest = exchange.Address,
                DiscoveryInterval = TimeSpan.FromMilliseconds(50),
            },
            Options = options,
            Http = RestClient.CreateClient(),
            Dial = new WebSocketDialer(options.ForWebSockets(), TimeProvider.System).DialAsync,
        };
    }

    private async Task<ConnectionFault> DialAsync(string address, ConnectionOptions options)
    {
        options.Client = Client;
        var dialer = new WebSocketDialer(options.ForWebSockets(), TimeProvider.System);
        var dialling = dialer.DialAsync(new(address), new Dictionary<string, string>(), CancellationToken.None).WaitAsync(FakeServer.Deadline);
        return ConnectionFault.FromException(await Assert.ThrowsAsync<ConnectionException>(() => dialling));
    }
}
