using Ingester.WebSockets;

namespace Ingester.Integration.Tests.Connections;

/// <summary>Connections with <see cref="System.Net.WebSockets.ClientWebSocket"/>.</summary>
public sealed class FrameworkSocketTests : SocketTests
{
    private protected override WebSocketClientKind Client => WebSocketClientKind.Framework;
}
