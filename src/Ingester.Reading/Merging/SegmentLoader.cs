using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>Loads the segments of one stream, and checks each against its name, its hash and the claims of the replicas.</summary>
/// <param name="archive">The archive.</param>
/// <param name="stream">The stream.</param>
/// <param name="claimsOf">Returns the claims of the replicas for a window.</param>
internal sealed class SegmentLoader(ArchiveReader archive, StreamId stream, Func<Window, ValueTask<SegmentClaims>> claimsOf)
{
    private readonly SequenceKind kind = ExchangeCatalog.SequenceOf(stream) ?? SequenceKind.Monotonic;

    /// <summary>Returns the claims of the replicas for a window.</summary>
    public ValueTask<SegmentClaims> GetClaimsAsync(Window window) => claimsOf(window);

    /// <summary>Loads the rows, or returns the reason why the object is not readable.</summary>
    public async Task<(LoadedRows? Rows, UnreadableObjectException? Error)> LoadAsync(SegmentEntry entry, CancellationToken cancellation)
    {
        try
        {
            if (entry.IsUndersized)
                throw new UnreadableObjectException(entry.Key, "it is too small for the ids in its name");
            var rows = await archive.Objects.LoadAsync(entry, kind, cancellation);
            if (entry.VariantHash is { } hash)
                return rows.Sha256.StartsWith(hash, StringComparison.Ordinal)
                    ? (rows, null)
                    : throw new UnreadableObjectException(entry.Key, "its rows do not match the hash in its name");
            var claims = await claimsOf(entry.Name.Window);
            return claims.IsConsistent(entry.Name, rows.Sha256) || await IsUnclaimedReplicaAsync(entry, rows, claims, cancellation)
                ? (rows, null)
                : throw new UnreadableObjectException(entry.Key, "its rows match no hash that the coverage states for this name");
        }
        catch (UnreadableObjectException error)
        {
            return (null, error);
        }
    }

    /// <summary>
    /// True when the rows may belong to a replica whose coverage is lost. This holds if the claimed rows are stored as a variant because the key was
    /// already in use. It also holds if messages may differ between connections and the hash in the store confirms the rows.
    /// </summary>
    private async Task<bool> IsUnclaimedReplicaAsync(SegmentEntry entry, LoadedRows rows, SegmentClaims claims, CancellationToken cancellation)
    {
        if (rows.HasStoredHash && ExchangeCatalog.Find(stream.Exchange)?.Profile.Find(stream.Dataset)?.Identity == StreamIdentity.PerConnection)
            return true;
        foreach (var folder in new[] { ObjectKey.Variants, ObjectKey.Divergent })
            foreach (var variant in await archive.Listing.ListVariantsAsync(stream, new(entry.Name.Window.StartMicros, entry.Name.Window.EndMicros), folder, cancellation, entry.Name.IsWhole))
                if (variant.Name == entry.Name && claims.HasClaim(entry.Name, variant.VariantHash!))
                    return true;
        return false;
    }
}
