using Ingester.Core.Sequencing;

namespace Ingester.Core.Storage;

/// <summary>Brings one object to the store: asks, writes, and where the name is taken judges what stands there. It is never replaced.</summary>
internal sealed class ObjectWriter(IObjectStore store, string prefix, int compressionLevel, StoreRetry retry)
{
    /// <summary>Ends when the store has the rows; every failure of the store is waited out.</summary>
    public async Task<WrittenObject> WriteAsync(Upload upload, CancellationToken cancellation)
    {
        var sha256 = Compression.Hash(upload.Rows);
        var key = upload.Key(sha256);
        UploadOutcome? known = upload.Rank == 0
            ? null
            : await retry.RunAsync(asking => JudgeAsync(key, sha256, upload.Identity, asking), cancellation);
        if (known is UploadOutcome.Duplicate or UploadOutcome.OtherVersion)
            return new(key, sha256, known.Value);

        // Packed only now: of a replica that comes second, hardly anything is ever written.
        using var body = Compression.Pack(upload.Rows, compressionLevel);
        var metadata = new ObjectMetadata(sha256, upload.Count, ObjectMetadata.FormatVersion);
        var outcome = known ?? await retry.RunAsync(async asking =>
            await store.PutAsync(key, body, metadata, asking) == PutOutcome.Stored
                ? UploadOutcome.Stored
                : await JudgeAsync(key, sha256, upload.Identity, asking)
                    ?? throw new StoreException($"The store refuses {key} as taken and shows nothing under it.", permanent: false), cancellation);
        if (Folder(outcome) is { } folder)
        {
            // The hash is in that name: where it is taken, these rows stand there already.
            key = ObjectKey.Aside(prefix, folder, key, sha256);
            await retry.RunAsync(asking => store.PutAsync(key, body, metadata, asking), cancellation);
        }

        return new(key, sha256, outcome);
    }

    private static string? Folder(UploadOutcome outcome) => outcome switch
    {
        UploadOutcome.Variant => ObjectKey.Variants,
        UploadOutcome.Divergent => ObjectKey.Divergent,
        _ => null,
    };

    private async Task<UploadOutcome?> JudgeAsync(string key, string sha256, StreamIdentity identity, CancellationToken cancellation)
    {
        if (await store.HeadAsync(key, cancellation) is not { } standing)
            return null;
        var other = standing.Metadata.Sha256 ?? await HashOfAsync(key, cancellation);
        return other == sha256 ? UploadOutcome.Duplicate
            : standing.Metadata.Format is { } format && format != ObjectMetadata.FormatVersion ? UploadOutcome.OtherVersion
            : identity == StreamIdentity.PerConnection ? UploadOutcome.Variant
            : UploadOutcome.Divergent;
    }

    private async Task<string?> HashOfAsync(string key, CancellationToken cancellation)
    {
        try
        {
            await using var body = await store.GetAsync(key, cancellation);
            return body is null ? null : await Compression.HashPackedAsync(body, cancellation);
        }
        catch (IOException broken)
        {
            throw new StoreException($"Reading {key} back broke off: {broken.Message}", permanent: false, broken);
        }
    }
}
