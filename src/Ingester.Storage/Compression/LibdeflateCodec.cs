using System.Buffers;
using System.Collections.Concurrent;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Storage.Native;

namespace Ingester.Storage.Compression;

/// <summary>Compresses with libdeflate. Thread-safe: it keeps as many compressors as were ever in use at the same time.</summary>
/// <param name="level">The level, from 1 (fastest) to 9 (smallest).</param>
internal sealed class LibdeflateCodec(int level) : IRowCodec
{
    private readonly ConcurrentStack<Libdeflate.Compressor> idleCompressors = []; // a stack: the compressor used last is still in the CPU cache

    /// <inheritdoc/>
    public RowBuffer Compress(RowBuffer rows)
    {
        var length = checked((int)rows.Length);
#pragma warning disable CA2000 // kept for later calls
        if (!idleCompressors.TryPop(out var compressor))
            compressor = Libdeflate.CreateCompressor(level);
#pragma warning restore CA2000
        var text = ArrayPool<byte>.Shared.Rent(length);
        var target = ArrayPool<byte>.Shared.Rent(Libdeflate.MaxCompressedLength(compressor, length));
        try
        {
            rows.CopyTo(text);
            return ToRowBuffer(target.AsSpan(0, Libdeflate.Compress(compressor, text.AsSpan(0, length), target)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
            ArrayPool<byte>.Shared.Return(target);
            idleCompressors.Push(compressor);
        }
    }

    private static RowBuffer ToRowBuffer(ReadOnlySpan<byte> bytes)
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
