using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Ingester.Publishing.Export;
using Ingester.Publishing.Statements;
using Ingester.Storage.Stores;
using Parquet;

namespace Ingester.Publishing.Verification;

/// <summary>Checks files against a certificate: each is read once, hashed, and its rows are counted. Uses constant memory; Parquet files go through a temporary file.</summary>
internal sealed class FileCheck(IObjectStore store)
{
    private const int BufferBytes = 128 * 1024;

    private readonly byte[] buffer = new byte[BufferBytes];

    /// <summary>Number of bytes read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Number of rows counted so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Checks a file.</summary>
    /// <param name="key">Its key in the store.</param>
    /// <param name="name">Its name in the certificate.</param>
    /// <param name="sha256">The certified hash.</param>
    /// <param name="certified">What is certified about its content; null for a file without rows.</param>
    /// <param name="cancellation">Cancels the check.</param>
    /// <returns>What is wrong, as sentences.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(string key, string name, string sha256, ExportedFile? certified, CancellationToken cancellation)
    {
        await using var body = await store.GetAsync(key, cancellation);
        if (body is null)
            return [$"{name} is not there."];
        using var sha = SHA256.Create();
        await using var hashed = new CryptoStream(body, sha, CryptoStreamMode.Read, leaveOpen: true);
        var content = certified switch
        {
            null => null,
            { DataType: "parquet" } => await CountParquetAsync(hashed, cancellation),
            _ => await CountLinesAsync(hashed, cancellation) is var text ? (Math.Max(0, text.Lines - 1), text.Hash, text.Fault) : null, // without the header
        };
        while (await hashed.ReadAsync(buffer, cancellation) > 0)
        {
            // The rest of the file: the hash is over all bytes.
        }

        Bytes += certified?.Bytes ?? 0;
        Rows += content?.Rows ?? 0;
        var actual = Convert.ToHexStringLower(sha.Hash!);
        if (actual != sha256)
            return [$"{name} was changed: its SHA-256 is {actual}, and the certificate says {sha256}."];
        return certified is null ? [] : [.. Compare(name, certified, content!.Value)];
    }

    /// <summary>Checks the list of the objects that files were made from.</summary>
    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public async Task<string?> CheckListAsync(string key, string name, Inputs certified, CancellationToken cancellation)
    {
        await using var body = await store.GetAsync(key, cancellation);
        if (body is null)
            return $"{name} is not there.";
        var (lines, hash, fault) = await CountLinesAsync(body, cancellation);
        return fault is not null ? $"{name} is damaged: {fault}"
            : hash != certified.Sha256 || lines != certified.Objects ? $"{name} was changed: it lists {lines} objects with the SHA-256 {hash}, and the certificate says {certified.Objects} and {certified.Sha256}."
            : null;
    }

    private static IEnumerable<string> Compare(string name, ExportedFile certified, (long Rows, string? Hash, string? Fault) content)
    {
        if (content.Fault is { } fault)
            yield return $"{name} is damaged: {fault}";
        else if (content.Rows != certified.Rows)
            yield return string.Create(CultureInfo.InvariantCulture, $"{name} has {content.Rows} rows, and the certificate says {certified.Rows}.");
        else if (content.Hash is { } hash && hash != certified.RowsSha256)
            yield return $"{name} holds other rows: their SHA-256 is {hash}, and the certificate says {certified.RowsSha256}.";
    }

    private async Task<(long Lines, string? Hash, string? Fault)> CountLinesAsync(Stream file, CancellationToken cancellation)
    {
        using var rowHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var lines = 0L;
        try
        {
            await using var text = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            while (await text.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                rowHash.AppendData(buffer, 0, count);
                lines += buffer.AsSpan(0, count).Count((byte)'\n');
            }
        }
        catch (InvalidDataException error)
        {
            return (0, null, error.Message);
        }

        return (lines, Convert.ToHexStringLower(rowHash.GetHashAndReset()), null);
    }

    private async Task<(long Rows, string? Hash, string? Fault)?> CountParquetAsync(Stream file, CancellationToken cancellation)
    {
        await using var copy = new FileStream(Path.GetTempFileName(), new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose });
        await file.CopyToAsync(copy, BufferBytes, cancellation);
        copy.Position = 0;
        try
        {
            await using var reader = await ParquetReader.CreateAsync(copy, leaveStreamOpen: true, cancellationToken: cancellation);
            return (reader.RowGroups.Sum(group => group.RowCount), null, null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever a damaged file makes the library throw: the file cannot be read.
            return (0, null, error.Message);
        }
    }
}
