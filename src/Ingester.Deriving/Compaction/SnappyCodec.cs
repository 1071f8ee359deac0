using System.Buffers.Binary;
using System.IO.Hashing;
using Avro.File;
using Snappier;

namespace Ingester.Deriving.Compaction;

/// <summary>Snappy, as the Avro specification defines it: each block is followed by the CRC-32 of its uncompressed bytes, big-endian.</summary>
internal sealed class SnappyCodec : Codec
{
    /// <summary>The name in files.</summary>
    public const string Name = "snappy";

    /// <inheritdoc/>
    public override byte[] Compress(byte[] uncompressedData)
    {
        var block = Snappy.CompressToArray(uncompressedData);
        var framed = new byte[block.Length + sizeof(uint)];
        block.CopyTo(framed, 0);
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(block.Length), Crc32.HashToUInt32(uncompressedData));
        return framed;
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
        var plain = Snappy.DecompressToArray(compressedData.AsSpan(0, blockLength - sizeof(uint)));
        return BinaryPrimitives.ReadUInt32BigEndian(compressedData.AsSpan(blockLength - sizeof(uint), sizeof(uint))) == Crc32.HashToUInt32(plain)
            ? plain
            : throw new InvalidDataException("The checksum of a block of an Avro file differs.");
    }

    /// <inheritdoc/>
    public override string GetName() => Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SnappyCodec;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
