using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;

namespace Ingester.Storage.Writing;

/// <summary>
/// Uploads one object, unless another replica has stored the same rows: HEAD if the object probably exists, else a conditional PUT. If the key exists, the
/// existing object is compared. An object is never replaced.
/// </summary>
internal sealed class DeduplicatingWriter(IObjectStore store)
{
    /// <summary>
    /// Makes one attempt. After a <see cref="StoreException"/> the whole operation may be repeated: objects that were already written are found.
    /// </summary>
    public async ValueTask<UploadResult> WriteAsync(ObjectDraft draft, CancellationToken cancellation)
    {
        var (key, sha256) = (draft.Key, draft.Metadata.Sha256!);
        var known = draft.IsProbablyStored ? await ClassifyExistingAsync(draft, cancellation) : null;
        if (known is { Outcome: UploadOutcome.Duplicate or UploadOutcome.OtherVersion } found && !NeedsHistoryComparison(draft, found.Outcome))
            return new(key, sha256, found.Outcome);

        // Compressed only now: a replica that comes second rarely has to write.
        using var body = draft.CreateBody();
        if (known is null && await store.PutAsync(key, body, draft.Metadata, cancellation) == PutOutcome.Stored)
            return new(key, sha256, UploadOutcome.Stored);
        var judged = known ?? await ClassifyExistingAsync(draft, cancellation)
            ?? throw new StoreException($"The store reported that {key} exists, but returned no object for it.", permanent: false);
        var outcome = NeedsHistoryComparison(draft, judged.Outcome) ? await CompareHistoryAsync(draft, body, judged, cancellation) : judged.Outcome;
        if (ConflictFolder(outcome) is { } folder)
        {
            // The key contains the hash: if it exists, it holds these rows.
            key = ObjectKey.Alternative(draft.Prefix, folder, key, sha256);
            await store.PutAsync(key, body, draft.Metadata, cancellation);
        }

        return new(key, sha256, outcome);
    }

    private static string? ConflictFolder(UploadOutcome outcome) => outcome switch
    {
        UploadOutcome.Variant or UploadOutcome.Disputed => ObjectKey.Variants,
        UploadOutcome.Divergent => ObjectKey.Divergent,
        _ => null,
    };

    /// <summary>Rule R2: ids prove that rows of grade <c>chain</c> are complete. Below it, a difference may be a loss of either replica.</summary>
    private static bool NeedsHistoryComparison(ObjectDraft draft, UploadOutcome outcome) =>
        outcome != UploadOutcome.Duplicate && draft.Dataset.IsStreamed() && draft.Metadata.Grade is { } grade && grade != ProofGrade.Chain;

    private async Task<UploadOutcome> CompareHistoryAsync(ObjectDraft draft, RowBuffer body, ExistingObject judged, CancellationToken cancellation) =>
        await StoredHistory.CompareAsync(store, draft, body, judged.Info, cancellation) switch
        {
            HistoryVerdict.Equal => judged.Outcome == UploadOutcome.OtherVersion ? UploadOutcome.OtherVersion : UploadOutcome.Regrouped,
            HistoryVerdict.Different => UploadOutcome.Disputed,
            _ => UploadOutcome.Variant,
        };

    private async Task<ExistingObject?> ClassifyExistingAsync(ObjectDraft draft, CancellationToken cancellation)
    {
        if (await store.HeadAsync(draft.Key, cancellation) is not { } standing)
            return null;
        var other = standing.Metadata.Sha256 ?? await HashStoredAsync(draft.Key, cancellation);
        var outcome = other == draft.Metadata.Sha256 ? UploadOutcome.Duplicate
            : standing.Metadata.Format is { } format && format != draft.Metadata.Format ? UploadOutcome.OtherVersion
            : draft.Identity == StreamIdentity.PerConnection ? UploadOutcome.Variant
            : UploadOutcome.Divergent;
        return new(outcome, standing);
    }

    private async Task<string?> HashStoredAsync(string key, CancellationToken cancellation)
    {
        try
        {
            await using var body = await store.GetAsync(key, cancellation);
            return body is null ? null : await RowCompression.HashCompressedAsync(body, cancellation);
        }
        catch (IOException broken)
        {
            throw new StoreException($"Reading {key} back failed: {broken.Message}", permanent: false, broken);
        }
    }

    /// <summary>An object under the same key, before histories are compared.</summary>
    /// <param name="Outcome">Duplicate, other version, variant or divergent.</param>
    /// <param name="Info">Size and metadata of the existing object.</param>
    private readonly record struct ExistingObject(UploadOutcome Outcome, ObjectInfo Info);
}
