using System.Collections.Immutable;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Recording.Backfill;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>The services that the lanes of one exchange use.</summary>
internal sealed record LaneServices
{
    private volatile IReadOnlySet<Market> halted = ImmutableHashSet<Market>.Empty;

    /// <summary>The schedule of snapshots to fetch; null where the exchange sends snapshots on the stream.</summary>
    public SnapshotSchedule? Snapshots { get; init; }

    /// <summary>The queue of gaps in trades to backfill; null where backfill is disabled.</summary>
    public BackfillQueue? Backfills { get; init; }

    /// <summary>The markets that are halted now: their silence is not a stall. May be read and set by any thread.</summary>
    public IReadOnlySet<Market> HaltedMarkets
    {
        get => halted;
        set => halted = value;
    }

    /// <summary>
    /// The recorders of removed streams, which may be added again. Default: kept for the lanes that share these services.
    /// </summary>
    public RemovedStreams RemovedStreams { get; init; } = new();

    /// <summary>True for the datasets whose gaps can be backfilled. Default: none.</summary>
    public Func<Dataset, bool> CanBackfill { get; init; } = static _ => false;

    /// <summary>True for the markets whose verified book is kept in memory and checked. Default: none.</summary>
    public Func<Market, bool> HasVerifiedBook { get; init; } = static _ => false;

    /// <summary>Requests the backfill of a gap in trades where that is possible; false when the queue is full.</summary>
    public bool TryBackfill(GapRow gap, Market market) =>
        gap is not { Range: { } missing, Cause: not (GapCause.Reset or GapCause.Conflict) } || !CanBackfill(gap.Stream.Dataset)
        || Backfills?.TryAdd(new(gap.Stream, market, missing, gap.FromMicros, gap.ToMicros)) != false;
}
