using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Storage.Stores;
using Polly;

namespace Ingester.Publishing.Export;

/// <summary>The store that receives exported files. Plain keys hold the newest revision; older objects are kept below <c>export/superseded</c>.</summary>
/// <param name="store">The store.</param>
/// <param name="prefix">Prefix of all keys; may be empty.</param>
/// <param name="clock">The clock for the delays between attempts.</param>
internal sealed class ExportTarget(IReplaceableStore store, string prefix, TimeProvider clock)
{
    private const int WriteRetries = 4;

    private readonly ResiliencePipeline<bool> write = StoreRetry.Create(clock, WriteRetries, StoreRetry.Transient<bool>());

    /// <summary>Reads a manifest with its tag; nulls if there is none.</summary>
    /// <exception cref="ExportException">The object is not a manifest.</exception>
    public async Task<(StreamExport? Manifest, string? Tag)> ReadManifestAsync(string key, CancellationToken cancellation)
    {
        var tag = await GetTagAsync(key, cancellation); // before the content: a later change makes the replacement fail
        await using var content = await store.GetAsync(KeyOf(key), cancellation);
        if (content is null || tag is null)
            return (null, null);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellation);
        try
        {
            return (ManifestJson.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)), tag);
        }
        catch (JsonException error)
        {
            throw new ExportException($"{key} is not a manifest of an export: {error.Message}", error);
        }
    }

    /// <summary>The tag of an object; null if it does not exist.</summary>
    public Task<string?> GetTagAsync(string key, CancellationToken cancellation) => store.GetTagAsync(KeyOf(key), cancellation);

    /// <summary>Reads a text that is compressed with gzip; null if the object does not exist.</summary>
    public async Task<string?> ReadGzipTextAsync(string key, CancellationToken cancellation)
    {
        await using var content = await store.GetAsync(KeyOf(key), cancellation);
        if (content is null)
            return null;
        using var reader = new StreamReader(new System.IO.Compression.GZipStream(content, System.IO.Compression.CompressionMode.Decompress));
        return await reader.ReadToEndAsync(cancellation);
    }

    /// <summary>Replaces an object that had a tag before; null if it must be new. It is a success if another export has written the same bytes in the meantime.</summary>
    /// <exception cref="ExportException">Another export has written other bytes.</exception>
    public async Task ReplaceAsync(LocalFile file, string? tag, CancellationToken cancellation)
    {
        if (await write.ExecuteAsync(async token => await store.ReplaceAsync(KeyOf(file.Key), file.Path, tag, token), cancellation)
            || await HashAsync(file.Key, cancellation) == file.Sha256)
            return;
        throw new ExportException($"{file.Key} was changed while it was exported: another export of the same day is running. Run the export again.");
    }

    /// <summary>Keeps the object of an earlier revision under its superseded key. Does nothing if the copy exists already, or if the object is no longer the expected one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="sha256">The hash of the object in that revision; null for any.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="temporary">Path of a local file that is used on the way.</param>
    /// <param name="cancellation">Cancels the copy.</param>
    public async Task KeepAsync(string key, string? sha256, int revision, string temporary, CancellationToken cancellation)
    {
        var kept = ExportKeys.Superseded(key, revision);
        if (await store.HeadAsync(KeyOf(kept), cancellation) is not null)
            return;
        await using (var content = await store.GetAsync(KeyOf(key), cancellation))
        {
            if (content is null)
                return;
            await using var copy = File.Create(temporary);
            await content.CopyToAsync(copy, cancellation);
        }

        var file = await LocalFile.ReadAsync(kept, temporary, cancellation);
        if (sha256 is null || file.Sha256 == sha256)
            await ReplaceAsync(file, tag: null, cancellation);
        File.Delete(temporary);
    }

    private string KeyOf(string key) => ObjectKey.Root(prefix) + key;

    private async Task<string?> HashAsync(string key, CancellationToken cancellation)
    {
        await using var content = await store.GetAsync(KeyOf(key), cancellation);
        return content is null ? null : Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation));
    }
}
