using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using Ingester.Core.Memory;

namespace Ingester.Storage.Compression;

/// <summary>
/// Compresses and hashes rows. The hash is of the uncompressed rows, because gzip output may differ between runtimes. With one runtime the
/// output is reproducible: the gzip header contains neither time nor name.
/// </summary>
internal static class RowCompression
{
    private const int ReadSize = 1 << 16; // the largest pooled size below the large object heap threshold

    [ThreadStatic]
    private static IncrementalHash? hasher; // reset after each hash; reused because it holds OpenSSL memory that only a finalizer would free

    /// <summary>The SHA-256 of rows as 64 lowercase hex digits.</summary>
    public static string Hash(RowBuffer rows)
    {
        var hash = hasher ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in rows.Chunks)
            hash.AppendData(chunk.Span);
        return GetHexDigest(hash);
    }

    /// <summary>Compresses rows with .NET's gzip into pooled chunks. The caller disposes the result.</summary>
    public static RowBuffer Compress(RowBuffer rows, int level) => new ManagedCodec(level).Compress(rows);

    /// <summary>The hash of the rows of a compressed object; null if its bytes are not gzip, that is, if the recorder did not write it.</summary>
    public static async Task<string?> HashCompressedAsync(Stream packed, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            await using var rows = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
            for (int read; (read = await rows.ReadAsync(piece, cancellation)) > 0;)
                hash.AppendData(piece, 0, read);
            return GetHexDigest(hash);
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

    private static string GetHexDigest(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }
}
