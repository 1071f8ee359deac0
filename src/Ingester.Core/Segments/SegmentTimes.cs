using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>The durations of <see cref="SegmentOptions"/> in microseconds, computed once for all streams.</summary>
internal sealed class SegmentTimes(SegmentOptions options)
{
    /// <summary>Minimum time from the beginning of a proof to the first window that it proves.</summary>
    public long ProofLeadTime { get; } = Micros.From(options.ProofLeadTime);

    /// <summary>How long after its end, in exchange time, a window is closed.</summary>
    public long Grace { get; } = Micros.From(options.Grace);

    /// <summary>How long an unproven segment is held before it is stored as a fragment, by the local clock.</summary>
    public long MaxHoldTime { get; } = Micros.From(options.MaxHoldTime);

    /// <summary>Maximum time by which an exchange time may be ahead of the local clock.</summary>
    public long MaxClockAhead { get; } = Micros.From(options.MaxClockAhead);
}
