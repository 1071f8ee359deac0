namespace Ingester.Core.Connections;

/// <summary>What the lanes of one exchange ask others to do for them, beside their frames.</summary>
internal sealed record LaneErrands
{
    /// <summary>Which whole books are to be fetched; null where they come in band.</summary>
    public SnapshotPlan? Books { get; init; }
}
