using System.Buffers.Binary;
using System.IO.Compression;
using Ingester.Core.Rows;
using Ingester.Storage.Compression;

namespace Ingester.Reading.Objects;

/// <summary>The lines of a gzip object whose compressed bytes are in memory. Small objects are decompressed at once, large ones in chunks.</summary>
internal sealed class GzipText
{
    /// <summary>Maximum decompressed size for decompression at once.</summary>
    public const int MaxInMemory = 32 << 20;

    /// <summary>Maximum compressed size. No segment is larger; larger objects are rejected.</summary>
    public const int MaxCompressed = 64 << 20;

    private const int MinCompressed = 18;
    private const int MaxDecompressed = 1 << 30;
    private const int MaxLineLength = MaxInMemory; // a snapshot of a deep book has several megabytes
    private const int ChunkSize = 1 << 20;

    /// <summary>Maximum compression ratio of DEFLATE.</summary>
    private const int MaxDeflateRatio = 1032;

    private readonly string key;
    private readonly ArraySegment<byte> compressed;
    private readonly int length;
    private ReadOnlyMemory<byte>? text;

    /// <summary>Reads the length from the gzip trailer, and decompresses a small object at once.</summary>
    /// <exception cref="UnreadableObjectException">The object is truncated or damaged.</exception>
    public GzipText(string key, ArraySegment<byte> compressed)
    {
        (this.key, this.compressed) = (key, compressed);
        length = ReadContentLength(compressed);
        if (length <= MaxInMemory)
            text = Decompress();
    }

    /// <summary>The complete text; null when it is too large for memory.</summary>
    public ReadOnlyMemory<byte>? Text => text;

    /// <summary>Decompresses the text in chunks. Each chunk has its own memory.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadChunks()
    {
        if (text is { } whole)
        {
            yield return whole;
            yield break;
        }

        using var gzip = OpenDecompressor();
        var left = length;
        while (left > 0)
        {
            var chunk = new byte[Math.Min(ChunkSize, left)];
            var read = Read(gzip, chunk);
            if (read < chunk.Length)
                throw new UnreadableObjectException(key, "it is truncated");
            left -= read;
            yield return chunk;
        }

        if (Read(gzip, new byte[1]) > 0)
            throw new UnreadableObjectException(key, "data follows its end");
    }

    /// <summary>The lines, without line feeds.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadLines()
    {
        ReadOnlyMemory<byte> rest = default; // the start of a line that ends in the next chunk
        foreach (var chunk in ReadChunks())
        {
            var bytes = rest.IsEmpty ? chunk : Join(rest, chunk);
            for (var end = bytes.Span.IndexOf((byte)'\n'); end >= 0; end = bytes.Span.IndexOf((byte)'\n'))
            {
                yield return bytes[..end];
                bytes = bytes[(end + 1)..];
            }

            rest = bytes;
        }

        if (!rest.IsEmpty)
            throw new UnreadableObjectException(key, "its last line has no line feed");
    }

    private ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte> rest, ReadOnlyMemory<byte> chunk)
    {
        if (rest.Length + chunk.Length > MaxLineLength)
            throw new UnreadableObjectException(key, $"a line is longer than {MaxLineLength} bytes");
        var joined = new byte[rest.Length + chunk.Length];
        rest.CopyTo(joined);
        chunk.CopyTo(joined.AsMemory(rest.Length));
        return joined;
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

    private ReadOnlyMemory<byte> Decompress()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        if (Libdeflate.TryDecompress(compressed, bytes))
            return bytes;
        using var gzip = OpenDecompressor();
        return Read(gzip, bytes) == bytes.Length && Read(gzip, new byte[1]) == 0
            ? bytes
            : throw new UnreadableObjectException(key, "it is truncated, or data follows its end");
    }

    private GZipStream OpenDecompressor() => new(new MemoryStream(compressed.Array!, compressed.Offset, compressed.Count, writable: false), CompressionMode.Decompress);

    private int Read(GZipStream gzip, byte[] chunk)
    {
        try
        {
            return gzip.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException inner)
        {
            throw new UnreadableObjectException(key, "its gzip data is damaged", inner);
        }
    }
}
