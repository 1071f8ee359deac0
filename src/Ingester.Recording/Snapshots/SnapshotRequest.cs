namespace Ingester.Recording.Snapshots;

/// <summary>A snapshot to fetch.</summary>
/// <param name="Observer">The market.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct SnapshotRequest(MarketObserver Observer, SnapshotReason Reason);
