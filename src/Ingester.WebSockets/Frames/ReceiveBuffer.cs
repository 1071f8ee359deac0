using System.Buffers;

namespace Ingester.WebSockets.Frames;

/// <summary>
/// A connection's pooled receive buffer. It grows for a long message up to a limit and shrinks after that message.
/// </summary>
internal sealed class ReceiveBuffer(int size, int limit) : IDisposable
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(Math.Min(size, limit));
    private int length;

    /// <summary>Returns free space for the next bytes; never empty.</summary>
    /// <exception cref="ConnectionException">The message is longer than the limit.</exception>
    public Memory<byte> GetMemory()
    {
        if (length == Limit)
            Grow();
        return bytes.AsMemory(length, Limit - length);
    }

    /// <summary>The received bytes of the present message.</summary>
    public ReadOnlySpan<byte> Message => bytes.AsSpan(0, length);

    /// <summary>Adds bytes that were written to the memory from <see cref="GetMemory"/>.</summary>
    public void Advance(int count) => length += count;

    /// <summary>Starts the next message.</summary>
    public void Clear()
    {
        length = 0;
        if (bytes.Length >= 2 * size)
            Resize(Math.Min(size, limit));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }

    private int Limit => Math.Min(bytes.Length, limit);

    private void Grow()
    {
        if (length >= limit)
            throw new ConnectionException(ConnectionFaultKind.Oversized, $"A message is longer than {limit} bytes.");
        Resize((int)Math.Min(2L * bytes.Length, limit));
    }

    private void Resize(int size)
    {
        var next = ArrayPool<byte>.Shared.Rent(size);
        Message.CopyTo(next);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = next;
    }
}
