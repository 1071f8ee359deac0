using Ingester.WebSockets.Frames;

namespace Ingester.Recording.Raw;

/// <summary>Captures the messages that are read from the receive buffer of a socket.</summary>
/// <param name="source">The socket.</param>
/// <param name="raw">The capture.</param>
internal sealed class RawMessageSource(IBufferedMessageSource source, RawConnection raw) : IBufferedMessageSource
{
    /// <inheritdoc/>
    public bool TryReadMessage(int maxLength, out ReadOnlySpan<byte> message)
    {
        if (!source.TryReadMessage(maxLength, out message))
            return false;
        raw.Received(message, isBinary: false); // the socket does not say; a binary message without compression is text, too
        return true;
    }
}
