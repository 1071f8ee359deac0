using System.IO.Compression;
using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>What packs rows.</summary>
public enum CodecChoice
{
    /// <summary>What is made for rows: smaller than .NET's own in half the time, and the same bytes on every replica.</summary>
    Rows,

    /// <summary>.NET's own (zlib-ng).</summary>
    Managed,
}

/// <summary>Chooses what packs rows.</summary>
internal static class RowCodec
{
    /// <summary>What packs rows as the options ask.</summary>
    public static IRowCodec For(StorageOptions options) => options.Codec switch
    {
        CodecChoice.Rows => new DeflateCodec(),
        _ => new ManagedCodec(options.CompressionLevel ?? ManagedCodec.BestLevel),
    };
}

/// <summary>Packs with .NET's own zlib.</summary>
/// <param name="level">From 1, the fastest, to 9, the smallest.</param>
internal sealed class ManagedCodec(int level) : IRowCodec
{
    /// <summary>Where the sum of time to pack and bytes to keep is least, see docs/performance.md.</summary>
    public const int BestLevel = 3;

    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows)
    {
        var packed = new RowBuffer();
        using (var gzip = new GZipStream(new RowAppender(packed), new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
            foreach (var chunk in rows.Chunks)
                gzip.Write(chunk.Span);
        return packed;
    }
}
