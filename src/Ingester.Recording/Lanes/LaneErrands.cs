using System.Collections.Immutable;
using Ingester.Core.Markets;
using Ingester.Recording.Backfill;
using Ingester.Recording.Planning;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>What the lanes of one exchange ask others to do for them, beside their frames.</summary>
internal sealed record LaneErrands
{
    private volatile IReadOnlySet<Market> halted = ImmutableHashSet<Market>.Empty;

    /// <summary>Which whole books are to be fetched; null where they come in band.</summary>
    public SnapshotPlan? Books { get; init; }

    /// <summary>The holes in trades that are to be closed; null where nobody wants that.</summary>
    public RepairPlan? Repairs { get; init; }

    /// <summary>The markets that are halted now: their silence is no stall. May be read and set by any thread.</summary>
    public IReadOnlySet<Market> Halted
    {
        get => halted;
        set => halted = value;
    }

    /// <summary>The recorders of streams that were removed and may return. Default: of the lanes with these errands.</summary>
    public RemovedStreams Removed { get; init; } = new();

    /// <summary>True for the datasets whose holes can be closed. Default: none.</summary>
    public Func<Dataset, bool> CanRepair { get; init; } = static _ => false;

    /// <summary>True for the markets whose present book is kept in memory and checked. Default: none.</summary>
    public Func<Market, bool> KeepsBook { get; init; } = static _ => false;
}
