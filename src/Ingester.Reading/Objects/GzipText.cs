using System.Buffers.Binary;
using System.IO.Compression;
using Ingester.Core.Rows;
using Ingester.Storage.Compression;

namespace Ingester.Reading.Objects;

/// <summary>The lines of a gzipped object, whose compressed bytes are in memory. What is small is decompressed at once, what is large piece by piece.</summary>
internal sealed class GzipText
{
    /// <summary>What is larger is not decompressed at once.</summary>
    public const int LargestInMemory = 32 << 20;

    /// <summary>What is larger is refused: no segment is.</summary>
    public const int LargestCompressed = 64 << 20;

    private const int SmallestGzip = 18;
    private const int LargestObject = 1 << 30;
    private const int LongestLine = LargestInMemory; // a snapshot of a deep book has a few megabytes
    private const int PieceSize = 1 << 20;

    /// <summary>Deflate makes of one byte no more than so many.</summary>
    private const int LargestRatio = 1032;

    private readonly string key;
    private readonly ArraySegment<byte> compressed;
    private readonly int length;
    private ReadOnlyMemory<byte>? text;

    /// <summary>Looks at the end of the gzip, and decompresses it at once when it is small.</summary>
    /// <exception cref="UnreadableObjectException">It is cut off or damaged.</exception>
    public GzipText(string key, ArraySegment<byte> compressed)
    {
        (this.key, this.compressed) = (key, compressed);
        length = LengthOf(compressed);
        if (length <= LargestInMemory)
            text = Decompress();
    }

    /// <summary>The whole text; null when it is too large to be in memory at once.</summary>
    public ReadOnlyMemory<byte>? Text => text;

    /// <summary>The text piece by piece, each piece in memory of its own.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        if (text is { } whole)
        {
            yield return whole;
            yield break;
        }

        using var gzip = Open();
        var left = length;
        while (left > 0)
        {
            var piece = new byte[Math.Min(PieceSize, left)];
            var read = Read(gzip, piece);
            if (read < piece.Length)
                throw new UnreadableObjectException(key, "it is cut off");
            left -= read;
            yield return piece;
        }

        if (Read(gzip, new byte[1]) > 0)
            throw new UnreadableObjectException(key, "something follows its end");
    }

    /// <summary>The lines without their ends.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Lines()
    {
        ReadOnlyMemory<byte> rest = default; // the beginning of a line whose end is in the next piece
        foreach (var piece in Pieces())
        {
            var bytes = rest.IsEmpty ? piece : Join(rest, piece);
            for (var end = bytes.Span.IndexOf((byte)'\n'); end >= 0; end = bytes.Span.IndexOf((byte)'\n'))
            {
                yield return bytes[..end];
                bytes = bytes[(end + 1)..];
            }

            rest = bytes;
        }

        if (!rest.IsEmpty)
            throw new UnreadableObjectException(key, "its last line has no end");
    }

    private ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte> rest, ReadOnlyMemory<byte> piece)
    {
        if (rest.Length + piece.Length > LongestLine)
            throw new UnreadableObjectException(key, $"a line is longer than {LongestLine} bytes");
        var joined = new byte[rest.Length + piece.Length];
        rest.CopyTo(joined);
        piece.CopyTo(joined.AsMemory(rest.Length));
        return joined;
    }

    /// <summary>
    /// RFC 1952: gzip ends with the length of its content, and <see cref="PieceMarks"/> with that of all pieces. <see cref="GZipStream"/> checks the content's
    /// CRC where it meets it, but ends without a word where the file was cut off.
    /// </summary>
    private int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SmallestGzip)
            throw new UnreadableObjectException(key, "it is too short to be gzip");
        var said = PieceMarks.IsInPieces(bytes)
            ? PieceMarks.Length(bytes) ?? throw new UnreadableObjectException(key, "it is cut off: pieces are missing")
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]);
        return said >= 0 && said <= LargestObject && said <= (long)bytes.Length * LargestRatio
            ? (int)said
            : throw new UnreadableObjectException(key, "it is cut off, or larger than any segment");
    }

    private ReadOnlyMemory<byte> Decompress()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        if (Libdeflate.TryDecompress(compressed, bytes))
            return bytes;
        using var gzip = Open();
        return Read(gzip, bytes) == bytes.Length && Read(gzip, new byte[1]) == 0
            ? bytes
            : throw new UnreadableObjectException(key, "it is cut off, or something follows its end");
    }

    private GZipStream Open() => new(new MemoryStream(compressed.Array!, compressed.Offset, compressed.Count, writable: false), CompressionMode.Decompress);

    private int Read(GZipStream gzip, byte[] piece)
    {
        try
        {
            return gzip.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException damaged)
        {
            throw new UnreadableObjectException(key, "its gzip is damaged", damaged);
        }
    }
}
