namespace Ingester.WebSockets;

/// <summary>Which WebSocket client connections use.</summary>
internal enum WebSocketClientKind
{
    /// <summary>The project's own WebSocket framing over sockets that an event loop reads.</summary>
    EventLoop,

    /// <summary>.NET's <c>ClientWebSocket</c>.</summary>
    Framework,
}
