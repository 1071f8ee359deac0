using Ingester.Core.Output;
using Ingester.Core.Rows;

namespace Ingester.Core.Segments;

/// <summary>The services that a stream recorder needs.</summary>
/// <param name="Options">How streams are divided into segments.</param>
/// <param name="Output">Receives sealed segments, snapshots and journal rows.</param>
/// <param name="Events">Logs and metrics.</param>
internal sealed record SegmentContext(SegmentOptions Options, ISegmentOutput Output, SegmentEvents Events)
{
    /// <summary>The durations of the options.</summary>
    public SegmentTimes Times { get; } = new(Options);

    /// <summary>How open segments are compressed; null leaves their rows uncompressed, which suits short segments.</summary>
    public SegmentCompression? Compression { get; init; }

    /// <summary>True when segments carry the local time at which each event was received. Default: false.</summary>
    public bool RecordsArrivals { get; init; }

    /// <summary>True while the dates of HTTP responses contradict the local clock (rule T3). Default: no dates are known.</summary>
    public Func<bool> DatesContradict { get; init; } = static () => false;
}
