namespace Ingester.WebSockets;

/// <summary>How WebSocket connections are opened, read and kept alive.</summary>
internal sealed record WebSocketOptions
{
    /// <summary>Maximum duration of opening a connection: DNS, TCP, TLS and the WebSocket handshake. Default 10 s.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that received nothing for this long is pinged. Default 15 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A connection that received nothing for this long after a ping is aborted. Default 15 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Under load, the time that incoming frames are collected before they are read together; zero reads each at once. Default 0.25 ms.</summary>
    public TimeSpan CoalesceInterval { get; init; } = TimeSpan.FromMilliseconds(0.25);

    /// <summary>Which client is used. Default: <see cref="WebSocketClientKind.EventLoop"/>.</summary>
    public WebSocketClientKind Client { get; init; }

    /// <summary>Number of threads that receive; each reads many connections. Default: one for every two processors.</summary>
    public int ReceiveThreads { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Size of a connection's receive buffer in bytes; a longer message borrows a larger one. Default 64 KiB.</summary>
    public int ReceiveBuffer { get; init; } = 1 << 16;

    /// <summary>Maximum size of a message in bytes; a longer one ends the connection. Default 16 MiB.</summary>
    public int MaxMessage { get; init; } = 1 << 24;
}
