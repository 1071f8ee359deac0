using Ingester.Core.Markets;

namespace Ingester.Core.Connections;

/// <summary>What the lanes of one exchange ask others to do for them, beside their frames.</summary>
internal sealed record LaneErrands
{
    /// <summary>Which whole books are to be fetched; null where they come in band.</summary>
    public SnapshotPlan? Books { get; init; }

    /// <summary>The holes in trades that are to be closed; null where nobody wants that.</summary>
    public RepairPlan? Repairs { get; init; }

    /// <summary>True for the datasets whose holes can be closed. Default: none.</summary>
    public Func<Dataset, bool> CanRepair { get; init; } = static _ => false;

    /// <summary>True for the markets whose present book is kept in memory and checked. Default: none.</summary>
    public Func<Market, bool> KeepsBook { get; init; } = static _ => false;
}
