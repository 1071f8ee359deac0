using System.Buffers;
using System.Collections.Concurrent;
using Ingester.Core.Memory;
using Ingester.Core.Rows;

namespace Ingester.Storage.Compression;

/// <summary>Compresses with libdeflate. Any number of threads may use one; it keeps as many compressors as ever worked at once.</summary>
/// <param name="level">From 1, the fastest, to 9, the smallest.</param>
internal sealed class LibdeflateCodec(int level) : IRowCodec
{
    private readonly ConcurrentStack<Libdeflate.Compressor> idle = []; // the one used last is in the processor's cache

    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows)
    {
        var length = checked((int)rows.Length);
#pragma warning disable CA2000 // it is kept for the next rows
        if (!idle.TryPop(out var compressor))
            compressor = Libdeflate.NewCompressor(level);
#pragma warning restore CA2000
        var text = ArrayPool<byte>.Shared.Rent(length);
        var target = ArrayPool<byte>.Shared.Rent(Libdeflate.Bound(compressor, length));
        try
        {
            rows.CopyTo(text);
            return Buffer(target.AsSpan(0, Libdeflate.Compress(compressor, text.AsSpan(0, length), target)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
            ArrayPool<byte>.Shared.Return(target);
            idle.Push(compressor);
        }
    }

    private static RowBuffer Buffer(ReadOnlySpan<byte> bytes)
    {
        var buffer = new RowBuffer();
        try
        {
            buffer.Append(bytes);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }
}
