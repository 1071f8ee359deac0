using Ingester.Core.Books;
using Ingester.Core.Exchanges;

namespace Ingester.Recording.Snapshots;

/// <summary>A fetched snapshot.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Reason">Why it was fetched.</param>
/// <param name="Levels">The number of levels per side that was requested.</param>
internal sealed record SnapshotCandidate(RestSnapshot Snapshot, SnapshotReason Reason, int Levels)
{
    /// <summary>The order book built from the snapshot; null where no verified book is kept or a number is not supported.</summary>
    public OrderBook? OrderBook { get; init; }
}
