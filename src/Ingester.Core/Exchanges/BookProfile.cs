using Ingester.Core.Books;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>Facts about the exchange's books, for clients that maintain one.</summary>
internal sealed record BookProfile
{
    /// <summary>How a snapshot is joined to diffs that have a sequence.</summary>
    public SnapshotAttachRule AttachRule { get; init; }

    /// <summary>
    /// The depths, in levels, to which the exchange maintains a client's book. It sends no removals beyond that depth, so the client must trim. Empty
    /// when it sends every level.
    /// </summary>
    public IReadOnlyList<int> MaintainedDepths { get; init; } = [];

    /// <summary>The checksum that the exchange sends with its diffs; null when it sends none.</summary>
    public BookChecksum? Checksum { get; init; }

    /// <summary>How snapshots are fetched over REST; null when the exchange sends them on the WebSocket.</summary>
    public SnapshotEndpoint? SnapshotEndpoint { get; init; }

    /// <summary>
    /// Lifetime of a connection when snapshots are only sent after a subscription: the successor brings new snapshots, so that a book at any time is
    /// rebuilt from at most this much history. Null when snapshots are fetched.
    /// </summary>
    public TimeSpan? InBandSnapshotInterval => SnapshotEndpoint is null ? TimeSpan.FromHours(6) : null;

    /// <summary>True when the diff is applied to a book that holds the sequence up to <paramref name="upTo"/>, by the exchange's own rule.</summary>
    public bool IsApplicable(SequenceRange change, long upTo) => change.UpTo > LastSkippedId(upTo);

    /// <summary>Diffs up to this id are not applied to a book that holds the sequence up to <paramref name="upTo"/>.</summary>
    public long LastSkippedId(long upTo) => AttachRule == SnapshotAttachRule.StrictlyAfter ? upTo : upTo - 1;

    /// <summary>True when there is no gap between a snapshot and the first diff that <see cref="IsApplicable"/> to it.</summary>
    public static bool IsContiguous(SequenceRange change, long upTo) => change.After <= upTo;

    /// <summary>
    /// The depth to which a snapshot with these numbers of levels is maintained: one of <see cref="MaintainedDepths"/> when both sides have exactly that
    /// many levels, else the deepest. Null when the exchange sends every level.
    /// </summary>
    public int? MaintainedDepth(int bids, int asks) =>
        MaintainedDepths.Count == 0 ? null : bids == asks && MaintainedDepths.Contains(bids) ? bids : MaintainedDepths.Max();
}
