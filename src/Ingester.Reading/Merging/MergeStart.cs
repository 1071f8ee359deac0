using Ingester.Core.Time;

namespace Ingester.Reading.Merging;

/// <summary>Where a merge starts and ends.</summary>
/// <param name="Period">The requested period. Windows select the segments; times select the events in them.</param>
/// <param name="After">Ids up to this one are known already; null to start with the first stored one.</param>
/// <param name="NumberedAt">Earlier numberings than the one of this time are skipped, microseconds UTC; null to skip none.</param>
internal readonly record struct MergeStart(Period Period, long? After = null, long? NumberedAt = null)
{
    /// <summary>True when segments around the period are used to decide about its edges.</summary>
    public bool IncludesSurroundings { get; init; }
}
