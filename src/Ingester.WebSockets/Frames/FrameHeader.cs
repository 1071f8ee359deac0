using System.Buffers.Binary;
using System.Net.WebSockets;

namespace Ingester.WebSockets.Frames;

/// <summary>What a WebSocket frame is (RFC 6455, 5.2).</summary>
internal enum FrameKind : byte
{
    /// <summary>The next part of a message.</summary>
    Continuation = 0,

    /// <summary>A text, or its first part.</summary>
    Text = 1,

    /// <summary>Bytes, or their first part.</summary>
    Binary = 2,

    /// <summary>The end of the connection.</summary>
    Close = 8,

    /// <summary>Asks for a pong.</summary>
    Ping = 9,

    /// <summary>Answers a ping.</summary>
    Pong = 10,
}

/// <summary>The header of a frame that a server sends.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Final">True when it ends its message.</param>
/// <param name="Length">How many bytes of payload follow.</param>
/// <param name="Size">How many bytes the header has.</param>
internal readonly record struct FrameHeader(FrameKind Kind, bool Final, long Length, int Size)
{
    /// <summary>The most that a header of a server can have.</summary>
    public const int Longest = 10;

    /// <summary>The most payload that a control frame may carry.</summary>
    public const int LongestControl = 125;

    private const int Short = 126;
    private const int Long = 127;

    /// <summary>True for close, ping and pong, which may stand between the parts of a message.</summary>
    public bool IsControl => Kind >= FrameKind.Close;

    /// <summary>Reads a header; false when more bytes are needed.</summary>
    /// <exception cref="WebSocketException">It breaks the protocol.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;
        var (first, second) = (bytes[0], bytes[1]);
        if ((first & 0x70) != 0)
            throw Broken("uses an extension that was not agreed on");
        if ((second & 0x80) != 0)
            throw Broken("is masked, as only a client's may be");
        var kind = (FrameKind)(first & 0x0f);
        if (kind is not (FrameKind.Continuation or FrameKind.Text or FrameKind.Binary or FrameKind.Close or FrameKind.Ping or FrameKind.Pong))
            throw Broken($"has the unknown kind {(int)kind}");
        var final = (first & 0x80) != 0;
        var length = (long)second;
        var size = length switch { Short => 4, Long => 10, _ => 2 };
        if (kind >= FrameKind.Close && (!final || length > LongestControl))
            throw Broken("is a control frame in parts, or a longer one than may be");
        if (bytes.Length < size)
            return false;
        if (length == Short)
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (length == Long)
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        if (length < 0)
            throw Broken("has a length beyond 63 bits");
        header = new(kind, final, length, size);
        return true;
    }

    /// <summary>The header announces more than is received: the rest is not waited for.</summary>
    /// <param name="announced">Bytes of the frame, and of the parts of its message before it.</param>
    /// <param name="limit">Maximum number of bytes of a message.</param>
    public static ConnectionException Oversized(ulong announced, int limit) => new(
        FaultKind.Oversized, $"The header of a frame announces a message of {announced} bytes, more than the limit of {limit} (Ingester:Connections:MaxMessage).");

    /// <summary>A fault in what a server sends.</summary>
    public static WebSocketException Broken(string how) => new(WebSocketError.Faulted, $"The exchange broke the WebSocket protocol: a frame {how}.");
}
