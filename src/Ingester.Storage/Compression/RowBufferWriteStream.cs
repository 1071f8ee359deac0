using System.Buffers;
using Ingester.Core.Memory;

namespace Ingester.Storage.Compression;

/// <summary>A write-only stream that appends to a buffer. It does not own the buffer.</summary>
internal sealed class RowBufferWriteStream(RowBuffer buffer) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => buffer.Length;

    /// <inheritdoc/>
    public override long Position { get => buffer.Length; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> source) => buffer.Write(source);

    /// <inheritdoc/>
    public override void Write(byte[] source, int start, int count) => buffer.Write(source.AsSpan(start, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] target, int start, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long distance, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
