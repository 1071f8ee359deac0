using System.Buffers;

namespace Ingester.Core.Segments;

/// <summary>
/// The rows of one segment as UTF-8 bytes, in pooled chunks that grow from 1 KiB to 64 KiB: an idle stream holds little, a busy one copies
/// nothing when it grows. Whoever owns it disposes it: its memory is not the garbage collector's. Not safe for use by two threads at once.
/// </summary>
internal sealed class RowBuffer : IBufferWriter<byte>, IDisposable
{
    private readonly List<(Chunk Chunk, int Used)> full = [];
    private Chunk current = Chunk.None;
    private int used;
    private long before;

    /// <summary>How many bytes are written.</summary>
    public long Length => before + used;

    /// <summary>The written bytes in order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Chunks
    {
        get
        {
            foreach (var (chunk, length) in full)
                yield return chunk.Memory[..length];
            if (used > 0)
                yield return current.Memory[..used];
        }
    }

    /// <inheritdoc/>
    public void Advance(int count) => used += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return current.Memory[used..];
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return current.GetSpan()[used..];
    }

    /// <summary>Appends bytes, filling one chunk after the other.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = GetSpan();
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Appends all bytes of another buffer.</summary>
    public void Append(RowBuffer other)
    {
        foreach (var chunk in other.Chunks)
            Append(chunk.Span);
    }

    /// <summary>Copies all bytes.</summary>
    public void CopyTo(Span<byte> target)
    {
        foreach (var chunk in Chunks)
        {
            chunk.Span.CopyTo(target);
            target = target[chunk.Length..];
        }
    }

    /// <summary>Returns the chunks to the pool; the buffer is empty afterwards and may be used again.</summary>
    public void Dispose()
    {
        foreach (var (chunk, _) in full)
            ChunkPool.Shared.Return(chunk);
        if (current.Length > 0)
            ChunkPool.Shared.Return(current);
        full.Clear();
        (current, used, before) = (Chunk.None, 0, 0);
    }

    private void Reserve(int sizeHint)
    {
        var size = Math.Max(sizeHint, 1);
        if (current.Length - used >= size)
            return;
        var next = current.Length == 0 ? ChunkPool.Smallest : Math.Min(current.Length * 4, ChunkPool.Largest);
        if (used > 0)
            full.Add((current, used));
        else if (current.Length > 0)
            ChunkPool.Shared.Return(current);
        before += used;
        current = ChunkPool.Shared.Rent(Math.Max(next, size));
        used = 0;
    }
}
