using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>Opens the segments of one stream, and holds each to its name, to its hash and to what replicas say that they stored under that name.</summary>
/// <param name="merge">Lists and opens objects.</param>
/// <param name="stream">The stream.</param>
/// <param name="claimsOf">What replicas said about the time of a window.</param>
internal sealed class SegmentLoader(StreamMerge merge, StreamId stream, Func<Window, ValueTask<SegmentClaims>> claimsOf)
{
    private readonly SequenceKind kind = Catalog.SequenceOf(stream) ?? SequenceKind.Monotonic;

    /// <summary>What replicas said about the time of a window.</summary>
    public ValueTask<SegmentClaims> ClaimsAsync(Window window) => claimsOf(window);

    /// <summary>The rows, or why there are none.</summary>
    public async Task<(LoadedRows? Rows, UnreadableObjectException? Broken)> LoadAsync(SegmentEntry entry, CancellationToken cancellation)
    {
        try
        {
            if (entry.IsAbsurd)
                throw new UnreadableObjectException(entry.Key, "it is too small to hold what its name says");
            var rows = await merge.Objects.LoadAsync(entry, kind, cancellation);
            if (entry.VariantHash is { } said)
                return rows.Sha256.StartsWith(said, StringComparison.Ordinal)
                    ? (rows, null)
                    : throw new UnreadableObjectException(entry.Key, "its rows are not those that its name says");
            var claims = await claimsOf(entry.Name.Window);
            return claims.Allow(entry.Name, rows.Sha256) || await IsOtherAsync(entry, rows, claims, cancellation)
                ? (rows, null)
                : throw new UnreadableObjectException(entry.Key, "its rows are none of those that replicas say they stored under this name");
        }
        catch (UnreadableObjectException broken)
        {
            return (null, broken);
        }
    }

    /// <summary>
    /// True when the rows may be those of a replica whose own coverage is lost: the rows that are claimed lie beside, because this key was taken; or connections need not
    /// get the same messages, and the store's hash vouches for the rows.
    /// </summary>
    private async Task<bool> IsOtherAsync(SegmentEntry entry, LoadedRows rows, SegmentClaims claims, CancellationToken cancellation)
    {
        if (rows.HasStoredHash && Catalog.Find(stream.Exchange)?.Profile.Find(stream.Dataset)?.Identity == StreamIdentity.PerConnection)
            return true;
        foreach (var folder in new[] { ObjectKey.Variants, ObjectKey.Divergent })
            foreach (var aside in await merge.Listing.VariantsAsync(stream, new(entry.Name.Window.StartMicros, entry.Name.Window.EndMicros), folder, cancellation))
                if (aside.Name == entry.Name && claims.Has(entry.Name, aside.VariantHash!))
                    return true;
        return false;
    }
}
