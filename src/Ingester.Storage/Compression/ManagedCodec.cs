using System.IO.Compression;
using Ingester.Core.Memory;
using Ingester.Core.Rows;

namespace Ingester.Storage.Compression;

/// <summary>Compresses with <see cref="GZipStream"/> if libdeflate is not installed.</summary>
/// <param name="level">The level, from 1 (fastest) to 9 (smallest).</param>
internal sealed class ManagedCodec(int level) : IRowCodec
{
    /// <inheritdoc/>
    public RowBuffer Compress(RowBuffer rows)
    {
        var packed = new RowBuffer();
        try
        {
            using (var gzip = new GZipStream(new RowBufferWriteStream(packed), new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
                foreach (var chunk in rows.Chunks)
                    gzip.Write(chunk.Span);
            return packed;
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }
}
