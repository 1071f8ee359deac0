using Ingester.Core.Memory;

namespace Ingester.Storage.Stores;

/// <summary>A read-only, seekable stream over a buffer: signing and retries read it several times. It does not own the buffer.</summary>
internal sealed class RowBufferReadStream(RowBuffer buffer) : Stream
{
    private readonly ReadOnlyMemory<byte>[] chunks = [.. buffer.Chunks];
    private readonly long length = buffer.Length;
    private long position;
    private int chunk;
    private int offset;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position { get => position; set => Seek(value, SeekOrigin.Begin); }

    /// <inheritdoc/>
    public override int Read(Span<byte> target)
    {
        var read = 0;
        while (read < target.Length && chunk < chunks.Length)
        {
            var rest = chunks[chunk].Span[offset..];
            var count = Math.Min(rest.Length, target.Length - read);
            rest[..count].CopyTo(target[read..]);
            read += count;
            offset += count;
            if (offset == chunks[chunk].Length)
                (chunk, offset) = (chunk + 1, 0);
        }

        position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] target, int start, int count) => Read(target.AsSpan(start, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default) => new(Read(target.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] target, int start, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(target.AsSpan(start, count)));

    /// <inheritdoc/>
    public override long Seek(long distance, SeekOrigin origin)
    {
        var to = distance + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => position, _ => length };
        ArgumentOutOfRangeException.ThrowIfNegative(to, nameof(distance));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, length, nameof(distance));
        position = to;
        for (chunk = 0; chunk < chunks.Length && to >= chunks[chunk].Length; chunk++)
            to -= chunks[chunk].Length;
        offset = (int)to;
        return position;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] source, int start, int count) => throw new NotSupportedException();
}
