using Ingester.Recording.Sessions;
using Ingester.WebSockets;
using Ingester.WebSockets.Dialing;

namespace Ingester.Integration.Tests.Connections;

/// <summary>Connections with the own framing over sockets that an event loop reads.</summary>
public sealed class EventLoopSocketTests : SocketTests
{
    private protected override WebSocketClientKind Client => WebSocketClientKind.EventLoop;

    [Fact]
    public async Task A_socket_that_would_leave_too_few_descriptors_is_a_connection_fault()
    {
        await using var exchange = await LoopbackExchange.StartAsync();
        using var dialer = new WebSocketDialer(new(), TimeProvider.System, descriptors: WebSocketDialer.ReservedDescriptors);
        var fault = ConnectionFault.FromException(await Assert.ThrowsAsync<ConnectionException>(() => dialer.DialAsync(new(exchange.WebSocketAddress), new Dictionary<string, string>(), CancellationToken.None)));
        Assert.Equal(ConnectionFaultKind.Unreachable, fault.Kind);
        Assert.Contains("ulimit -n", fault.Reason, StringComparison.Ordinal);
        using var enough = new WebSocketDialer(new(), TimeProvider.System, descriptors: 1 << 20);
        (await enough.DialAsync(new(exchange.WebSocketAddress), new Dictionary<string, string>(), CancellationToken.None)).Dispose();
    }
}
