using System.IO.Compression;
using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>Which library packs rows.</summary>
public enum CodecChoice
{
    /// <summary>libdeflate where the system has it, else .NET's own.</summary>
    Auto,

    /// <summary>.NET's own (zlib-ng).</summary>
    Managed,
}

/// <summary>Chooses what packs rows.</summary>
internal static class RowCodec
{
    /// <summary>What packs rows as the options ask.</summary>
    public static IRowCodec For(StorageOptions options) => options.Codec == CodecChoice.Auto && NativeCodec.IsHere
        ? new NativeCodec(options.CompressionLevel ?? NativeCodec.BestLevel)
        : new ManagedCodec(options.CompressionLevel ?? ManagedCodec.BestLevel);

    /// <summary>The same, and what packs in less time while packing has fallen behind.</summary>
    public static IRowCodec For(StorageOptions options, PackingBacklog backlog) => For(options) switch
    {
        NativeCodec { Level: > NativeCodec.FastLevel } usual => new HurriedCodec(usual, new NativeCodec(NativeCodec.FastLevel), backlog),
        ManagedCodec { Level: > ManagedCodec.FastLevel } usual => new HurriedCodec(usual, new ManagedCodec(ManagedCodec.FastLevel), backlog),
        var fast => fast,
    };
}

/// <summary>
/// Packs faster and a little larger while packing has fallen behind: the minute in which everybody trades is short, so that its bytes cost little, and its
/// frames are not to wait. The rows are the same, and so are their hashes.
/// </summary>
internal sealed class HurriedCodec(IRowCodec usual, IRowCodec fast, PackingBacklog backlog) : IRowCodec
{
    /// <inheritdoc/>
    public RowBuffer Pack(RowBuffer rows) => (backlog.IsLarge ? fast : usual).Pack(rows);
}

/// <summary>Packs with .NET's own zlib.</summary>
/// <param name="level">From 1, the fastest, to 9, the smallest.</param>
internal sealed class ManagedCodec(int level) : IRowCodec
{
    /// <summary>Where the sum of time to pack and bytes to keep is least, see docs/performance.md.</summary>
    public const int BestLevel = 3;

    /// <summary>Three fifths of the time, for a tenth more bytes.</summary>
    public const int FastLevel = 2;

    /// <summary>The level.</summary>
    public int Level => level;

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
