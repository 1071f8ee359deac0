using System.Net.WebSockets;

namespace Ingester.WebSockets.Frames;

/// <summary>Messages in the receive buffer of a socket, which can be read without a wait.</summary>
internal interface IBufferedMessageSource
{
    /// <summary>
    /// Reads the next message if it is completely in the buffer and has one frame. Everything else is left to ReceiveAsync.
    /// </summary>
    /// <param name="maxLength">Maximum length in bytes; a longer message is left in the buffer.</param>
    /// <param name="message">The message; valid until the next call to the source.</param>
    /// <exception cref="WebSocketException">The received bytes violate the protocol.</exception>
    bool TryReadMessage(int maxLength, out ReadOnlySpan<byte> message);
}
