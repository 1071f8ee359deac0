using System.Buffers;
using System.Collections;

namespace Ingester.Core.Memory;

/// <summary>
/// The rows of one segment as UTF-8 bytes, in pooled chunks that grow from 1 KiB to 64 KiB: an idle stream uses little memory, and a busy one is not
/// copied when it grows. The owner must dispose it because its memory is unmanaged. Not thread-safe.
/// </summary>
internal sealed class RowBuffer : IBufferWriter<byte>, IDisposable
{
    private Chunk? first; // first of the full chunks, which form a linked list
    private Chunk? last;
    private Chunk current = Chunk.None;
    private int usedInCurrent;
    private long bytesBefore;

    /// <summary>Number of bytes written.</summary>
    public long Length => bytesBefore + usedInCurrent;

    /// <summary>The written bytes in order.</summary>
    public WrittenChunks Chunks => new(this);

    /// <inheritdoc/>
    public void Advance(int count) => usedInCurrent += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return current.Memory[usedInCurrent..];
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return current.GetSpan()[usedInCurrent..];
    }

    /// <summary>Appends bytes.</summary>
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

    /// <summary>The last bytes.</summary>
    /// <param name="count">Their number: not more than what was written into one span of <see cref="GetSpan"/>.</param>
    public ReadOnlySpan<byte> GetLast(long count) => current.GetSpan().Slice(usedInCurrent - (int)count, (int)count);

    /// <summary>Copies all bytes.</summary>
    public void CopyTo(Span<byte> target)
    {
        foreach (var chunk in Chunks)
        {
            chunk.Span.CopyTo(target);
            target = target[chunk.Length..];
        }
    }

    /// <summary>Returns the chunks to the pool; afterwards the buffer is empty and can be reused.</summary>
    public void Dispose()
    {
        for (var chunk = first; chunk is not null;)
        {
            var next = chunk.Next;
            chunk.Next = null;
            ChunkPool.Shared.Return(chunk);
            chunk = next;
        }

        if (current.Capacity > 0)
            ChunkPool.Shared.Return(current);
        (first, last, current, usedInCurrent, bytesBefore) = (null, null, Chunk.None, 0, 0);
    }

    private void Reserve(int sizeHint)
    {
        var size = Math.Max(sizeHint, 1);
        if (current.Capacity - usedInCurrent >= size)
            return;
        var next = current.Capacity == 0 ? ChunkPool.MinChunkBytes : Math.Min(current.Capacity * 4, ChunkPool.MaxPooledChunkBytes);
        if (usedInCurrent > 0)
            LinkCurrent();
        else if (current.Capacity > 0)
            ChunkPool.Shared.Return(current);
        current = ChunkPool.Shared.Rent(Math.Max(next, size));
    }

    private void LinkCurrent()
    {
        current.Used = usedInCurrent;
        if (last is null)
            first = current;
        else
            last.Next = current;
        last = current;
        bytesBefore += usedInCurrent;
        usedInCurrent = 0;
    }

    /// <summary>The written bytes of a buffer, chunk by chunk; invalid once the buffer is written to or disposed.</summary>
    public readonly struct WrittenChunks(RowBuffer buffer) : IEnumerable<ReadOnlyMemory<byte>>
    {
        /// <summary>Starts at the first chunk.</summary>
        public Enumerator GetEnumerator() => new(buffer);

        IEnumerator<ReadOnlyMemory<byte>> IEnumerable<ReadOnlyMemory<byte>>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Enumerates the full chunks and then the current one.</summary>
    public struct Enumerator(RowBuffer buffer) : IEnumerator<ReadOnlyMemory<byte>>
    {
        private Chunk? next = buffer.first;
        private bool atEnd;

        /// <inheritdoc/>
        public ReadOnlyMemory<byte> Current { get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (next is { } chunk)
            {
                Current = chunk.Memory[..chunk.Used];
                next = chunk.Next;
                return true;
            }

            if (atEnd || buffer.usedInCurrent == 0)
                return false;
            atEnd = true;
            Current = buffer.current.Memory[..buffer.usedInCurrent];
            return true;
        }

        /// <inheritdoc/>
        public void Reset() => (next, atEnd) = (buffer.first, false);

        /// <inheritdoc/>
        public readonly void Dispose()
        {
            // The buffer owns the chunks.
        }
    }
}
