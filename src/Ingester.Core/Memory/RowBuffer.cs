using System.Buffers;
using System.Collections;

namespace Ingester.Core.Memory;

/// <summary>
/// The rows of one segment as UTF-8 bytes, in pooled chunks that grow from 1 KiB to 64 KiB: an idle stream holds little, a busy one copies
/// nothing when it grows. Whoever owns it disposes it: its memory is not the garbage collector's. Not safe for use by two threads at once.
/// </summary>
internal sealed class RowBuffer : IBufferWriter<byte>, IDisposable
{
    private Chunk? first; // of those that are full, which are linked
    private Chunk? last;
    private Chunk current = Chunk.None;
    private int used;
    private long before;

    /// <summary>How many bytes are written.</summary>
    public long Length => before + used;

    /// <summary>The written bytes in order.</summary>
    public WrittenChunks Chunks => new(this);

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
        for (var chunk = first; chunk is not null;)
        {
            var next = chunk.Next;
            chunk.Next = null;
            ChunkPool.Shared.Return(chunk);
            chunk = next;
        }

        if (current.Length > 0)
            ChunkPool.Shared.Return(current);
        (first, last, current, used, before) = (null, null, Chunk.None, 0, 0);
    }

    private void Reserve(int sizeHint)
    {
        var size = Math.Max(sizeHint, 1);
        if (current.Length - used >= size)
            return;
        var next = current.Length == 0 ? ChunkPool.Smallest : Math.Min(current.Length * 4, ChunkPool.Largest);
        if (used > 0)
            KeepFull();
        else if (current.Length > 0)
            ChunkPool.Shared.Return(current);
        current = ChunkPool.Shared.Rent(Math.Max(next, size));
    }

    private void KeepFull()
    {
        current.Used = used;
        if (last is null)
            first = current;
        else
            last.Next = current;
        last = current;
        before += used;
        used = 0;
    }

    /// <summary>What is written in a buffer, piece by piece; of no use once the buffer is written to or disposed.</summary>
    public readonly struct WrittenChunks(RowBuffer buffer) : IEnumerable<ReadOnlyMemory<byte>>
    {
        /// <summary>Begins with the first piece.</summary>
        public Enumerator GetEnumerator() => new(buffer);

        IEnumerator<ReadOnlyMemory<byte>> IEnumerable<ReadOnlyMemory<byte>>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Goes through the full chunks and then the one that is written to.</summary>
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

            if (atEnd || buffer.used == 0)
                return false;
            atEnd = true;
            Current = buffer.current.Memory[..buffer.used];
            return true;
        }

        /// <inheritdoc/>
        public void Reset() => (next, atEnd) = (buffer.first, false);

        /// <inheritdoc/>
        public readonly void Dispose()
        {
            // The chunks are the buffer's.
        }
    }
}
