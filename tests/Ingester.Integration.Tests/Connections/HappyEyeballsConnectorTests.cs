using System.Net;
using System.Net.Sockets;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.WebSockets.Sockets;

namespace Ingester.Integration.Tests.Connections;

/// <summary>A host with several addresses, some of which are dead or refuse.</summary>
public sealed class HappyEyeballsConnectorTests : IDisposable
{
    private static readonly IPAddress Dead = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Closed = IPAddress.Parse("127.0.0.3");

    private readonly TcpListener live = new(IPAddress.Loopback, 0);
    private readonly Socket dead = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket filler = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly ManualClock clock = new();
    private readonly int port;

    public HappyEyeballsConnectorTests()
    {
        live.Start();
        port = ((IPEndPoint)live.LocalEndpoint).Port;

        // One connection fills a queue of none: whoever comes then gets no answer, as from a host that is gone.
        dead.Bind(new IPEndPoint(Dead, port));
        dead.Listen(0);
        filler.Connect(Dead, port);
    }

    public void Dispose()
    {
        live.Dispose();
        dead.Dispose();
        filler.Dispose();
    }

    [Fact]
    public async Task A_dead_address_costs_a_head_start_and_no_more()
    {
        var connecting = ConnectAsync(CancellationToken.None, Dead, IPAddress.Loopback);
        clock.Advance(HappyEyeballsConnector.ConnectionAttemptDelay - TimeSpan.FromTicks(1));
        Assert.False(connecting.IsCompleted);
        clock.Advance(TimeSpan.FromTicks(1));
        using var connected = await connecting;
        Assert.Equal(live.LocalEndpoint, connected.RemoteEndPoint);
    }

    [Fact]
    public async Task An_address_that_refuses_is_passed_at_once()
    {
        using var connected = await ConnectAsync(CancellationToken.None, Closed, Closed, IPAddress.Loopback);
        Assert.Equal(live.LocalEndpoint, connected.RemoteEndPoint);
    }

    [Fact]
    public async Task When_no_address_answers_the_error_of_the_last_attempt_is_thrown()
    {
        var fault = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(CancellationToken.None, Closed, Closed));
        Assert.Equal(SocketError.ConnectionRefused, fault.SocketErrorCode);
        fault = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(CancellationToken.None));
        Assert.Equal(SocketError.HostNotFound, fault.SocketErrorCode);
    }

    [Fact]
    public async Task A_stop_ends_every_attempt()
    {
        using var stop = new CancellationTokenSource();
        var connecting = ConnectAsync(stop.Token, Dead, Dead, Dead);
        clock.Advance(HappyEyeballsConnector.ConnectionAttemptDelay);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    private Task<Socket> ConnectAsync(CancellationToken stop, params IPAddress[] hosts) =>
        new HappyEyeballsConnector(port, clock).ConnectAsync(hosts, stop).WaitAsync(FakeServer.Deadline);
}
