using System.Buffers.Binary;
using System.Net.WebSockets;

namespace Ingester.WebSockets.Frames;

/// <summary>The header of a frame from a server.</summary>
/// <param name="Opcode">The opcode.</param>
/// <param name="IsFinal">True for the last frame of a message.</param>
/// <param name="PayloadLength">Payload length in bytes.</param>
/// <param name="HeaderSize">Size of the header in bytes.</param>
internal readonly record struct FrameHeader(FrameOpcode Opcode, bool IsFinal, long PayloadLength, int HeaderSize)
{
    /// <summary>Maximum size of a server's frame header.</summary>
    public const int MaxSize = 10;

    /// <summary>Maximum payload length of a control frame.</summary>
    public const int MaxControlPayload = 125;

    private const int Length16Marker = 126;
    private const int Length64Marker = 127;

    /// <summary>True for close, ping and pong frames, which may be sent between the fragments of a message.</summary>
    public bool IsControl => Opcode >= FrameOpcode.Close;

    /// <summary>Reads a header; false when more bytes are needed.</summary>
    /// <exception cref="WebSocketException">The header violates the protocol.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;
        var (first, second) = (bytes[0], bytes[1]);
        if ((first & 0x70) != 0)
            throw ProtocolViolation("uses an extension that was not negotiated");
        if ((second & 0x80) != 0)
            throw ProtocolViolation("is masked, which is allowed for clients only");
        var kind = (FrameOpcode)(first & 0x0f);
        if (kind is not (FrameOpcode.Continuation or FrameOpcode.Text or FrameOpcode.Binary or FrameOpcode.Close or FrameOpcode.Ping or FrameOpcode.Pong))
            throw ProtocolViolation($"has the unknown opcode {(int)kind}");
        var final = (first & 0x80) != 0;
        var length = (long)second;
        var size = length switch { Length16Marker => 4, Length64Marker => 10, _ => 2 };
        if (kind >= FrameOpcode.Close && (!final || length > MaxControlPayload))
            throw ProtocolViolation("is a control frame that is fragmented or has more than 125 bytes");
        if (bytes.Length < size)
            return false;
        if (length == Length16Marker)
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (length == Length64Marker)
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        if (length < 0)
            throw ProtocolViolation("has a length of more than 63 bits");
        header = new(kind, final, length, size);
        return true;
    }

    /// <summary>A message is longer than the limit; it is rejected when the header of a frame announces it.</summary>
    /// <param name="announced">Bytes of the frame and of the previous fragments of its message.</param>
    /// <param name="limit">Maximum number of bytes of a message.</param>
    public static ConnectionException Oversized(ulong announced, int limit) => new(
        ConnectionFaultKind.Oversized, $"The header of a frame announces a message of {announced} bytes, more than the limit of {limit}.");

    /// <summary>A frame of the server violates the protocol.</summary>
    public static WebSocketException ProtocolViolation(string how) => new(WebSocketError.Faulted, $"The exchange violated the WebSocket protocol: a frame {how}.");
}
