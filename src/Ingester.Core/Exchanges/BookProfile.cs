using Ingester.Core.Books;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>Selects the first diff that is applied to a snapshot that was fetched over REST.</summary>
internal enum SnapshotAttach : byte
{
    /// <summary>The first diff that ends after the snapshot's id and begins at or before it.</summary>
    Beyond,

    /// <summary>
    /// The first diff that ends at or after the snapshot's id and begins before it. A diff that the snapshot already contains is harmless.
    /// </summary>
    Reaching,
}

/// <summary>Facts about the exchange's books, for clients that maintain one.</summary>
internal sealed record BookProfile
{
    /// <summary>How a snapshot is joined to diffs that have a sequence.</summary>
    public SnapshotAttach Attach { get; init; }

    /// <summary>
    /// The depths, in levels, to which the exchange maintains a client's book. It sends no removals beyond that depth, so the client must trim. Empty
    /// when it sends every level.
    /// </summary>
    public IReadOnlyList<int> KeptDepths { get; init; } = [];

    /// <summary>The checksum that the exchange sends with its diffs; null when it sends none.</summary>
    public BookChecksum? Checksum { get; init; }

    /// <summary>How snapshots are fetched over REST; null when the exchange sends them on the WebSocket.</summary>
    public BookSource? Source { get; init; }

    /// <summary>
    /// Lifetime of a connection when snapshots are only sent after a subscription: the successor brings new snapshots, so that a book at any time is
    /// rebuilt from at most this much history. Null when snapshots are fetched.
    /// </summary>
    public TimeSpan? RenewedAfter => Source is null ? TimeSpan.FromHours(6) : null;

    /// <summary>True when the diff is applied to a book that holds the sequence up to <paramref name="upTo"/>, by the exchange's own rule.</summary>
    public bool Applies(SequenceRange change, long upTo) => change.UpTo > Cursor(upTo);

    /// <summary>Diffs up to this id are not applied to a book that holds the sequence up to <paramref name="upTo"/>.</summary>
    public long Cursor(long upTo) => Attach == SnapshotAttach.Beyond ? upTo : upTo - 1;

    /// <summary>True when there is no gap between a snapshot and the first diff that <see cref="Applies"/> to it.</summary>
    public static bool Joins(SequenceRange change, long upTo) => change.After <= upTo;

    /// <summary>
    /// The depth to which a snapshot with these numbers of levels is maintained: one of <see cref="KeptDepths"/> when both sides have exactly that
    /// many levels, else the deepest. Null when the exchange sends every level.
    /// </summary>
    public int? DepthOf(int bids, int asks) =>
        KeptDepths.Count == 0 ? null : bids == asks && KeptDepths.Contains(bids) ? bids : KeptDepths.Max();
}
