using Avro.File;
using ZstdSharp;

namespace Ingester.Deriving.Compaction;

/// <summary>Zstandard, as the Avro specification defines it.</summary>
internal sealed class ZstandardCodec : Codec
{
    /// <summary>The name in files.</summary>
    public const string Name = "zstandard";

    /// <inheritdoc/>
    public override byte[] Compress(byte[] uncompressedData)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(uncompressedData).ToArray();
    }

    /// <inheritdoc/>
    public override void Compress(MemoryStream inputStream, MemoryStream outputStream)
    {
        outputStream.SetLength(0);
        outputStream.Write(Compress(inputStream.ToArray()));
    }

    /// <inheritdoc/>
    public override byte[] Decompress(byte[] compressedData, int blockLength)
    {
        using var decompressor = new Decompressor();
        return decompressor.Unwrap(compressedData.AsSpan(0, blockLength)).ToArray();
    }

    /// <inheritdoc/>
    public override string GetName() => Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ZstandardCodec;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
