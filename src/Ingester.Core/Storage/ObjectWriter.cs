using Ingester.Core.Sequencing;

namespace Ingester.Core.Storage;

/// <summary>Brings one object to the store: asks, writes, and where the name is taken judges what stands there. It is never replaced.</summary>
internal sealed class ObjectWriter(IObjectStore store)
{
    /// <summary>Tries once. After a <see cref="StoreException"/> it may be tried again from the beginning: what was done stands and is found.</summary>
    public async ValueTask<WrittenObject> WriteAsync(ObjectDraft draft, CancellationToken cancellation)
    {
        var (key, sha256) = (draft.Key, draft.Metadata.Sha256!);
        var known = draft.AskFirst ? await JudgeAsync(draft, cancellation) : null;
        if (known is UploadOutcome.Duplicate or UploadOutcome.OtherVersion)
            return new(key, sha256, known.Value);

        // Packed only now: of a replica that comes second, hardly anything is ever written.
        using var body = draft.Body();
        var outcome = known ?? (await store.PutAsync(key, body, draft.Metadata, cancellation) == PutOutcome.Stored
            ? UploadOutcome.Stored
            : await JudgeAsync(draft, cancellation)
                ?? throw new StoreException($"The store refuses {key} as taken and shows nothing under it.", permanent: false));
        if (Folder(outcome) is { } folder)
        {
            // The hash is in that name: where it is taken, these rows stand there already.
            key = ObjectKey.Aside(draft.Prefix, folder, key, sha256);
            await store.PutAsync(key, body, draft.Metadata, cancellation);
        }

        return new(key, sha256, outcome);
    }

    private static string? Folder(UploadOutcome outcome) => outcome switch
    {
        UploadOutcome.Variant => ObjectKey.Variants,
        UploadOutcome.Divergent => ObjectKey.Divergent,
        _ => null,
    };

    private async Task<UploadOutcome?> JudgeAsync(ObjectDraft draft, CancellationToken cancellation)
    {
        if (await store.HeadAsync(draft.Key, cancellation) is not { } standing)
            return null;
        var other = standing.Metadata.Sha256 ?? await HashOfAsync(draft.Key, cancellation);
        return other == draft.Metadata.Sha256 ? UploadOutcome.Duplicate
            : standing.Metadata.Format is { } format && format != draft.Metadata.Format ? UploadOutcome.OtherVersion
            : draft.Identity == StreamIdentity.PerConnection ? UploadOutcome.Variant
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
