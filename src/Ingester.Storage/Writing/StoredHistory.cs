using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>Reads a stored object and compares its history with that of the rows that were rejected under its key.</summary>
internal static class StoredHistory
{
    /// <summary>Maximum size of an object that is compared: its compressed bytes are read into memory, once for each upload worker.</summary>
    public const long MaxComparedBytes = 64 << 20;

    private const int MinGzipBytes = 18;

    /// <summary>Compares. The caller keeps ownership of the gzipped rows in <paramref name="own"/>.</summary>
    /// <exception cref="StoreException">The object could not be read now.</exception>
    public static async Task<HistoryVerdict> CompareAsync(IObjectStore store, ObjectDraft draft, RowBuffer own, ObjectInfo standing, CancellationToken cancellation)
    {
        if (standing.Size > MaxComparedBytes)
            return HistoryVerdict.Different;
        using var packed = await ReadAsync(store, draft.Key, standing, cancellation);
        if (packed.Length > MaxComparedBytes)
            return HistoryVerdict.Different;
        try
        {
            return await CompareAsync(packed, draft, own, standing.Metadata, cancellation);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or JsonException)
        {
            return HistoryVerdict.Unreadable;
        }
    }

    private static async Task<HistoryVerdict> CompareAsync(
        MemoryStream packed, ObjectDraft draft, RowBuffer own, ObjectMetadata metadata, CancellationToken cancellation)
    {
        var comparison = new HistoryComparison(draft.Dataset, (metadata.Format ?? draft.Metadata.Format) == draft.Metadata.Format);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var storedGzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        await using var ownGzip = new GZipStream(new RowBufferReadStream(own), CompressionMode.Decompress);
        var (storedRows, ownRows) = (new RowLineReader(storedGzip), new RowLineReader(ownGzip));
        for (bool storedEnded = false, ownEnded = false; !storedEnded || !ownEnded;)
        {
            if (!storedEnded && await storedRows.ReadRowAsync(cancellation) is { } stored)
            {
                hash.AppendData(stored.Span);
                hash.AppendData("\n"u8);
                comparison.Add(HistorySide.Stored, stored.Span);
            }
            else
                storedEnded = true;

            // A stored object that differs is still read to its end, to detect damage.
            if (!ownEnded && !comparison.Differs && await ownRows.ReadRowAsync(cancellation) is { } row)
                comparison.Add(HistorySide.Own, row.Span);
            else
                ownEnded = true;
        }

        return !IsComplete(packed, storedRows.BytesRead) || (metadata.Sha256 ?? Hex(hash)) != Hex(hash) ? HistoryVerdict.Unreadable
            : comparison.AreEqual ? HistoryVerdict.Equal
            : HistoryVerdict.Different;
    }

    private static async Task<MemoryStream> ReadAsync(IObjectStore store, string key, ObjectInfo standing, CancellationToken cancellation)
    {
        var packed = new MemoryStream((int)standing.Size);
        try
        {
            await using var body = await store.GetAsync(key, cancellation)
                ?? throw new StoreException($"The store reported that {key} exists, but returned no object for it.", permanent: false);
            await body.CopyToAsync(packed, cancellation);
        }
        catch (IOException broken)
        {
            throw new StoreException($"Reading {key} back failed: {broken.Message}", permanent: false, broken);
        }

        packed.Position = 0;
        return packed;
    }

    /// <summary>
    /// RFC 1952: gzip ends with the length of its content; an object in pieces ends with the length of all pieces. <see cref="GZipStream"/> ignores
    /// a missing end.
    /// </summary>
    private static bool IsComplete(MemoryStream packed, long length)
    {
        var bytes = packed.GetBuffer().AsSpan(0, (int)packed.Length);
        return bytes.Length >= MinGzipBytes
            && (MultiMemberMarkers.IsMultiMember(bytes) ? MultiMemberMarkers.ReadLength(bytes) == length : BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]) == length);
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetCurrentHash());
}
