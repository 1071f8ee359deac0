using Ingester.Storage.Stores;

namespace Ingester.Publishing.Serving;

/// <summary>An object of a bucket as a stream with positions: it is read in pieces, so that a part of a large file is served without the rest.</summary>
/// <param name="store">The store.</param>
/// <param name="key">The key.</param>
/// <param name="length">The size of the object.</param>
internal sealed class StoredFileStream(IObjectStore store, string key, long length) : Stream
{
    private const int PieceBytes = 4 << 20;

    private byte[] piece = [];
    private long pieceStart;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length)
            return 0;
        if (Position < pieceStart || Position >= pieceStart + piece.Length)
        {
            var wanted = (int)Math.Min(PieceBytes, length - Position);
            await using var content = await store.GetRangeAsync(key, Position, wanted, cancellationToken) ?? throw new IOException($"{key} is no longer there.");
            var bytes = new byte[wanted];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            (piece, pieceStart) = (bytes, Position);
        }

        var part = piece.AsMemory((int)(Position - pieceStart));
        part = part[..Math.Min(part.Length, buffer.Length)];
        part.CopyTo(buffer);
        Position += part.Length;
        return part.Length;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => length };

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is written.
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
