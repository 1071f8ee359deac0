using System.Net.WebSockets;

namespace Ingester.WebSockets.Frames;

/// <summary>What has come from a socket and needs no wait.</summary>
internal interface IMessageSource
{
    /// <summary>Takes the next message, where it is there as a whole and in one frame; everything else is left to who receives.</summary>
    /// <param name="longest">The most bytes that it may have; a longer one is left.</param>
    /// <param name="message">The message, until the source is used again.</param>
    /// <exception cref="WebSocketException">What came breaks the protocol.</exception>
    bool TryTake(int longest, out ReadOnlySpan<byte> message);
}
