using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Rows;
using Ingester.Core.Status;

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

    /// <summary>Publishes rows and marks as they are recorded; null, the default, without a live stream.</summary>
    public LiveHub? Live { get; init; }

    /// <summary>Lists gaps for the status page; null, the default, where there is none.</summary>
    public GapRegister? Gaps { get; init; }

    /// <summary>Writes a row of the <c>gaps</c> dataset.</summary>
    public void Add(GapRow gap)
    {
        Output.Add(new(Dataset.Gaps, gap.Stream.Exchange, gap.ToJson()));
        Gaps?.Add(gap);
        Live?.GetStream(gap.Stream).PublishGap(gap);
    }

    /// <summary>Stores a snapshot; returns false when the output is full, and then the caller still owns the snapshot.</summary>
    public bool TryAdd(SealedSnapshot snapshot)
    {
        var row = Live?.CopyRow(snapshot); // the output owns the rows afterwards
        if (!Output.TryAdd(snapshot))
            return false;
        Live?.PublishSnapshot(snapshot, row);
        return true;
    }
}
