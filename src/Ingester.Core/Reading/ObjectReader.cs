using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Storage;

namespace Ingester.Core.Reading;

/// <summary>
/// Reads objects whole and believes nothing: gzip must be complete, the hash must be the one that the object was stored with, every line a row.
/// What fails any of it is an <see cref="UnreadableObjectException"/>, before a single row of it was used.
/// </summary>
internal sealed class ObjectReader(IObjectStore store)
{
    private const int SmallestGzip = 18;
    private const int LargestObject = 1 << 30;

    /// <summary>Deflate makes of one byte no more than so many.</summary>
    private const int LargestRatio = 1032;

    private long opened;

    /// <summary>How many objects were opened.</summary>
    public long Opened => Interlocked.Read(ref opened);

    /// <summary>Reads one object.</summary>
    /// <param name="key">The object.</param>
    /// <param name="dataset">What its rows are.</param>
    /// <param name="hashStart">What its hash begins with, where the name says so.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<LoadedRows> LoadAsync(string key, Dataset dataset, string? hashStart, CancellationToken cancellation)
    {
        var (sha256, text, count) = await LoadAsync(key, hashStart, cancellation);
        return new(sha256, Split(key, dataset, text, count));
    }

    /// <summary>The lines of a journal: they are those that were stored, each has its end; whether they are rows is for the reader to say.</summary>
    public async Task<ReadOnlyMemory<byte>> LoadTextAsync(string key, CancellationToken cancellation) =>
        (await LoadAsync(key, hashStart: null, cancellation)).Text;

    private async Task<(string Sha256, ReadOnlyMemory<byte> Text, int Count)> LoadAsync(string key, string? hashStart, CancellationToken cancellation)
    {
        Interlocked.Increment(ref opened);
        var asking = store.HeadAsync(key, cancellation);
        var text = await UnpackAsync(key, cancellation);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(text.Span));
        var metadata = (await asking)?.Metadata ?? ObjectMetadata.None;
        if (!sha256.StartsWith(metadata.Sha256 ?? "", StringComparison.Ordinal) || !sha256.StartsWith(hashStart ?? "", StringComparison.Ordinal))
            throw new UnreadableObjectException(key, "its rows are not those that were stored, their hash is another");
        if (!text.IsEmpty && text.Span[^1] != '\n')
            throw new UnreadableObjectException(key, "its last line has no end");
        var count = text.Span.Count((byte)'\n');
        return metadata.Rows is null || metadata.Rows == count
            ? (sha256, text, count)
            : throw new UnreadableObjectException(key, $"it has {count} rows and not {metadata.Rows}");
    }

    private async Task<ReadOnlyMemory<byte>> UnpackAsync(string key, CancellationToken cancellation)
    {
        var packed = new MemoryStream();
        try
        {
            await using var body = await store.GetAsync(key, cancellation) ?? throw new UnreadableObjectException(key, "it was listed and is gone");
            if (body.CanSeek)
                packed.Capacity = (int)Math.Min(body.Length, LargestObject);
            await body.CopyToAsync(packed, cancellation);
        }
        catch (IOException broken)
        {
            throw new StoreException($"Reading {key} broke off: {broken.Message}", permanent: false, broken);
        }

        if (packed.Length < SmallestGzip)
            throw new UnreadableObjectException(key, "it is too short to be gzip");
        try
        {
            return Unpack(key, packed);
        }
        catch (InvalidDataException damaged)
        {
            throw new UnreadableObjectException(key, "its gzip is damaged", damaged);
        }
    }

    /// <summary>
    /// RFC 1952: gzip ends with the length of its content, and <see cref="PieceMarks"/> with that of all pieces. <see cref="GZipStream"/> checks the content's
    /// CRC where it meets it, but ends without a word where the file was cut off.
    /// </summary>
    private static ReadOnlyMemory<byte> Unpack(string key, MemoryStream packed)
    {
        var bytes = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        var length = PieceMarks.IsInPieces(bytes)
            ? PieceMarks.Length(bytes) ?? throw new UnreadableObjectException(key, "it is cut off: pieces are missing")
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]);
        if (length < 0 || length > LargestObject || length > packed.Length * LargestRatio)
            throw new UnreadableObjectException(key, "it is cut off, or larger than any segment");
        var text = GC.AllocateUninitializedArray<byte>((int)length);
        if (NativeUnpacker.TryUnpack(bytes, text))
            return text;
        packed.Position = 0;
        using var gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        return gzip.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) == text.Length && gzip.ReadByte() < 0
            ? text
            : throw new UnreadableObjectException(key, "it is cut off, or something follows its end");
    }

    private static List<LoadedRow> Split(string key, Dataset dataset, ReadOnlyMemory<byte> bytes, int count)
    {
        var rows = new List<LoadedRow>(count);
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            try
            {
                rows.Add(RowHead.Read(dataset, bytes[..end]));
            }
            catch (JsonException fault)
            {
                throw new UnreadableObjectException(key, $"line {rows.Count + 1} is no row of {dataset.Name()}: {fault.Message}", fault);
            }

            bytes = bytes[(end + 1)..];
        }

        return rows;
    }
}
