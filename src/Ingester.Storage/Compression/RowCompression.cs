using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Ingester.Core.Memory;

namespace Ingester.Storage.Compression;

/// <summary>
/// Rows to the bytes of an object. The hash is of the uncompressed rows, because gzip's bytes may differ by runtime; gzip's header carries
/// neither time nor name, so that with one runtime they do not.
/// </summary>
internal static class RowCompression
{
    private const int ReadSize = 1 << 16; // the largest pooled size below the large object heap

    [ThreadStatic]
    private static IncrementalHash? hasher; // it begins anew with each hash, and is memory of OpenSSL's, which a finalizer would give back

    /// <summary>The SHA-256 of rows, 64 hex digits in lower case.</summary>
    public static string Hash(RowBuffer rows)
    {
        var hash = hasher ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in rows.Chunks)
            hash.AppendData(chunk.Span);
        return Finish(hash);
    }

    /// <summary>The rows gzipped by .NET's own library into pooled chunks, which the caller disposes.</summary>
    public static RowBuffer Pack(RowBuffer rows, int level) => new ManagedCodec(level).Pack(rows);

    /// <summary>The hash of the rows in an object; null when its bytes are not gzip, and so not ours.</summary>
    public static async Task<string?> HashPackedAsync(Stream packed, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            await using var rows = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            for (int read; (read = await rows.ReadAsync(piece, cancellation)) > 0;)
                hash.AppendData(piece, 0, read);
            return Finish(hash);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static string Finish(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }
}
