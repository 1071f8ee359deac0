namespace Ingester.WebSockets;

/// <summary>Why a connection could not be opened or was lost.</summary>
internal enum ConnectionFaultKind : byte
{
    /// <summary>The connection could not be established, or not in time.</summary>
    Unreachable,

    /// <summary>The exchange answered the WebSocket handshake with an unexpected status.</summary>
    Refused,

    /// <summary>The exchange answered 429 or 418.</summary>
    Limited,

    /// <summary>The exchange sent a close frame.</summary>
    Closed,

    /// <summary>The connection broke: a socket, TLS or protocol error.</summary>
    Broken,

    /// <summary>No frame was received within the silence timeout.</summary>
    Silent,

    /// <summary>A message was longer than the limit.</summary>
    Oversized,

    /// <summary>The maximum number of consecutive frames could not be decoded because of a bug.</summary>
    Undecodable,

    /// <summary>Any other exception: a bug. The exchange is restarted.</summary>
    Fatal,
}
