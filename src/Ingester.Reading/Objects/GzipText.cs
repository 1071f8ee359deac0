using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Ingester.Core.Rows;
using Ingester.Storage.Native;

namespace Ingester.Reading.Objects;

/// <summary>
/// The lines of a gzip object whose compressed bytes are in memory. Small objects are decompressed at once, large ones in pieces. The lines have their
/// own memory, in arrays that are too small for the large object heap: that heap is collected too rarely for a read of many objects.
/// </summary>
internal sealed class GzipText
{
    /// <summary>Maximum decompressed size for decompression at once.</summary>
    public const int MaxInMemory = 32 << 20;

    /// <summary>Maximum compressed size. No segment is larger; larger objects are rejected.</summary>
    public const int MaxCompressed = 64 << 20;

    private const int MinCompressed = 18;
    private const int MaxDecompressed = 1 << 30;
    private const int MaxLineLength = MaxInMemory; // a snapshot of a deep book has several megabytes
    private const int PieceSize = 1 << 16;

    /// <summary>Maximum compression ratio of DEFLATE.</summary>
    private const int MaxDeflateRatio = 1032;

    private readonly string key;
    private readonly ArraySegment<byte> compressed;
    private readonly int length;
    private readonly byte[]? text; // from the shared pool

    /// <summary>Reads the length from the gzip trailer, and decompresses a small object at once.</summary>
    /// <param name="key">The key of the object.</param>
    /// <param name="compressed">The compressed bytes, in an array of the shared pool.</param>
    /// <exception cref="UnreadableObjectException">The object is truncated or damaged.</exception>
    public GzipText(string key, ArraySegment<byte> compressed)
    {
        (this.key, this.compressed) = (key, compressed);
        length = ReadContentLength(compressed);
        if (length <= MaxInMemory)
            text = Decompress();
    }

    /// <summary>True when the complete text is in memory.</summary>
    public bool IsInMemory => text is not null;

    /// <summary>A copy of the complete text; null when it is too large for memory.</summary>
    public byte[]? ToArray() => text?[..length];

    /// <summary>SHA-256 of the text: 64 hex digits in lower case.</summary>
    public string ComputeSha256()
    {
        if (text is not null)
            return Convert.ToHexStringLower(SHA256.HashData(text.AsSpan(0, length)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        using var gzip = OpenDecompressor();
        for (var left = length; left > 0;)
        {
            var part = buffer.AsSpan(0, Math.Min(PieceSize, left));
            ReadExactly(gzip, part);
            hash.AppendData(part);
            left -= part.Length;
        }

        RequireEnd(gzip);
        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The lines, without line feeds.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadLines()
    {
        foreach (var piece in text is not null ? CopyPieces() : DecompressPieces())
        {
            var lines = piece;
            for (var end = lines.Span.IndexOf((byte)'\n'); end >= 0; end = lines.Span.IndexOf((byte)'\n'))
            {
                yield return lines[..end];
                lines = lines[(end + 1)..];
            }
        }
    }

    /// <summary>Returns the buffers of a text in memory to the pool. Call it at most once, after the last other call.</summary>
    public void ReturnBuffers()
    {
        if (text is null)
            return;
        ArrayPool<byte>.Shared.Return(text);
        ArrayPool<byte>.Shared.Return(compressed.Array!);
    }

    /// <summary>Copies the text in pieces of complete lines.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> CopyPieces()
    {
        for (var start = 0; start < length;)
        {
            var rest = text.AsSpan(start, length - start);
            var end = rest[..Math.Min(PieceSize, rest.Length)].LastIndexOf((byte)'\n') + 1;
            if (end == 0)
                end = rest.IndexOf((byte)'\n') + 1; // a line that is longer than a piece
            if (end == 0)
                throw CreateLastLineError();
            start += end;
            yield return rest[..end].ToArray();
        }
    }

    /// <summary>Decompresses the text in pieces of complete lines.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> DecompressPieces()
    {
        using var gzip = OpenDecompressor();
        ReadOnlyMemory<byte> rest = default; // the start of a line that ends in the next piece
        for (var left = length; left > 0;)
        {
            if (rest.Length >= MaxLineLength)
                throw new UnreadableObjectException(key, $"a line is longer than {MaxLineLength} bytes");
            var size = Math.Min(left, Math.Min(Math.Max(PieceSize, rest.Length), MaxLineLength - rest.Length)); // a long line doubles the piece
            var piece = GC.AllocateUninitializedArray<byte>(rest.Length + size);
            rest.CopyTo(piece);
            ReadExactly(gzip, piece.AsSpan(rest.Length));
            left -= size;
            var end = Array.LastIndexOf(piece, (byte)'\n') + 1;
            rest = piece.AsMemory(end);
            if (end > 0)
                yield return piece.AsMemory(0, end);
        }

        RequireEnd(gzip);
        if (!rest.IsEmpty)
            throw CreateLastLineError();
    }

    /// <summary>
    /// A gzip member ends with the length of its content (RFC 1952); <see cref="MultiMemberMarkers"/> states the length of all members.
    /// <see cref="GZipStream"/> checks the CRC of the content, but does not report a truncated file.
    /// </summary>
    private int ReadContentLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinCompressed)
            throw new UnreadableObjectException(key, "it is too short to be gzip");
        var contentLength = MultiMemberMarkers.IsMultiMember(bytes)
            ? MultiMemberMarkers.ReadLength(bytes) ?? throw new UnreadableObjectException(key, "it is truncated: gzip members are missing")
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]);
        return contentLength >= 0 && contentLength <= MaxDecompressed && contentLength <= (long)bytes.Length * MaxDeflateRatio
            ? (int)contentLength
            : throw new UnreadableObjectException(key, "it is truncated, or larger than the maximum size of a segment");
    }

    private byte[] Decompress()
    {
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        if (Libdeflate.TryDecompress(compressed, bytes.AsSpan(0, length)))
            return bytes;
        using var gzip = OpenDecompressor();
        ReadExactly(gzip, bytes.AsSpan(0, length));
        RequireEnd(gzip);
        return bytes;
    }

    private GZipStream OpenDecompressor() => new(new MemoryStream(compressed.Array!, compressed.Offset, compressed.Count, writable: false), CompressionMode.Decompress);

    private void ReadExactly(GZipStream gzip, Span<byte> part)
    {
        if (Read(gzip, part) < part.Length)
            throw new UnreadableObjectException(key, "it is truncated");
    }

    private void RequireEnd(GZipStream gzip)
    {
        if (Read(gzip, stackalloc byte[1]) > 0)
            throw new UnreadableObjectException(key, "data follows its end");
    }

    private int Read(GZipStream gzip, Span<byte> part)
    {
        try
        {
            return gzip.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException inner)
        {
            throw new UnreadableObjectException(key, "its gzip data is damaged", inner);
        }
    }

    private UnreadableObjectException CreateLastLineError() => new(key, "its last line has no line feed");
}
