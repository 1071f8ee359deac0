using Ingester.Core.Markets;
using Ingester.Core.Output;

namespace Ingester.Recording.Snapshots;

/// <summary>What a <see cref="MarketObserver"/> needs of the lane that owns it.</summary>
internal interface IMarketHost
{
    /// <summary>Runs an action of another thread under the lock that guards the market.</summary>
    SnapshotFit Synchronize(Func<SnapshotFit> action);

    /// <summary>Hands over a fetched snapshot and counts it; false when the upload queue is full.</summary>
    bool TryStore(SealedSnapshot snapshot);

    /// <summary>Reports that the verified book of a market is invalid.</summary>
    void OnBookInvalid(StreamId stream, BookFault fault);
}
