using Ingester.Core.Sequencing;

namespace Ingester.Reading.Auditing;

/// <summary>A gap that a replica reported and that is closed in the store.</summary>
/// <param name="Range">The ids that the replica missed.</param>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Why the replica missed them.</param>
/// <param name="ClosedBy">How the gap was closed: <c>late</c>, <c>backfill</c>, <c>archive</c> (also if only a part of it is from a published file), or <c>replica</c> when another replica recorded the ids.</param>
public sealed record ClosedGap(SequenceRange Range, string Replica, string Cause, string ClosedBy)
{
    /// <summary>Exchange time of the last event before the gap, microseconds UTC.</summary>
    public long FromMicros { get; init; }

    /// <summary>Exchange time of the first event after the gap.</summary>
    public long ToMicros { get; init; }
}
