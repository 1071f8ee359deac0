using System.IO.Compression;
using Ingester.Core.Memory;
using Ingester.Core.Rows;

namespace Ingester.Storage.Compression;

/// <summary>Compresses with <see cref="GZipStream"/>, where libdeflate is absent.</summary>
/// <param name="level">From 1, the fastest, to 9, the smallest.</param>
internal sealed class ManagedCodec(int level) : IRowCodec
{
    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows)
    {
        var packed = new RowBuffer();
        try
        {
            using (var gzip = new GZipStream(new RowAppender(packed), new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
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
