using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Ingester.WebSockets.Frames;

/// <summary>Writes masked frames (RFC 6455, section 5) to the stream of a connection. Thread-safe: each frame is written completely.</summary>
/// <param name="stream">The connection, which the sender disposes.</param>
internal sealed class FrameSender(Stream stream) : IDisposable
{
    private const int MaskBit = 0x80;
    private const int FinalBit = 0x80;
    private const int MaskSize = 4;

    private readonly Lock gate = new();
    private bool isContinued; // the last part of a message was not its end

    /// <summary>Sends a part of a message. The parts of a message are sent one after the other by one thread.</summary>
    public void SendMessagePart(WebSocketMessageType type, bool endOfMessage, ReadOnlySpan<byte> content)
    {
        var opcode = isContinued ? FrameOpcode.Continuation : type == WebSocketMessageType.Text ? FrameOpcode.Text : FrameOpcode.Binary;
        isContinued = !endOfMessage;
        Send(opcode, endOfMessage, content);
    }

    /// <summary>Sends one frame.</summary>
    /// <exception cref="WebSocketException">The connection cannot be written to. It is not aborted: frames that the exchange has sent are still received.</exception>
    public void Send(FrameOpcode opcode, bool final, ReadOnlySpan<byte> content)
    {
        var size = content.Length <= FrameHeader.MaxControlPayload ? 2 : content.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[size + MaskSize + content.Length];
        frame[0] = (byte)((final ? FinalBit : 0) | (int)opcode);
        frame[1] = (byte)(MaskBit | (size == 2 ? content.Length : size == 4 ? 126 : 127));
        for (var i = 2; i < size; i++)
            frame[i] = (byte)((long)content.Length >> (8 * (size - 1 - i)));
        var mask = frame.AsSpan(size, MaskSize);
        RandomNumberGenerator.Fill(mask); // RFC 6455, section 5.3: the mask must be unpredictable, so that an application cannot choose the bytes on the network
        for (var i = 0; i < content.Length; i++)
            frame[size + MaskSize + i] = (byte)(content[i] ^ mask[i % MaskSize]);
        try
        {
            lock (gate)
                stream.Write(frame);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "The connection cannot be written to.", broken);
        }
    }

    /// <summary>Disposes the stream, once a frame that is being written is complete.</summary>
    public void Dispose()
    {
        lock (gate)
            stream.Dispose();
    }
}
