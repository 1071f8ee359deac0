namespace Ingester.WebSockets.Frames;

/// <summary>Opcodes of WebSocket frames (RFC 6455, section 5.2).</summary>
internal enum FrameOpcode : byte
{
    /// <summary>A further fragment of a message.</summary>
    Continuation = 0,

    /// <summary>A text message or its first fragment.</summary>
    Text = 1,

    /// <summary>A binary message or its first fragment.</summary>
    Binary = 2,

    /// <summary>Closes the connection.</summary>
    Close = 8,

    /// <summary>Requests a pong.</summary>
    Ping = 9,

    /// <summary>Answers a ping.</summary>
    Pong = 10,
}
