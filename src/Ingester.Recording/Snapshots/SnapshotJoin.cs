using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>Decides whether a fetched snapshot joins the recorded diffs of its book: tracks the ids of the diffs since the last gap.</summary>
internal sealed class SnapshotJoin
{
    private long? after;
    private long? upTo;

    /// <summary>True once a diff was recorded after the last gap.</summary>
    public bool HasBegun => upTo is not null;

    /// <summary>The exchange time of the last diff, microseconds UTC.</summary>
    public long LastMicros { get; private set; }

    /// <summary>Adds a recorded diff.</summary>
    public void Append(SequenceRange change, long micros)
    {
        after ??= change.After;
        upTo = Math.Max(upTo ?? change.UpTo, change.UpTo);
        LastMicros = Math.Max(LastMicros, micros);
    }

    /// <summary>Starts again after a gap. Where diffs have ids, the last missing id is known.</summary>
    public void StartAfterGap(SequenceRange? missing) => (after, upTo) = (missing?.UpTo, null);

    /// <summary>Decides whether a snapshot that contains everything up to an id joins the diffs, by the rule of the exchange.</summary>
    public SnapshotFit Judge(long bookUpTo) =>
        upTo is not { } end || after is not { } start ? SnapshotFit.Ahead
        : !BookProfile.IsContiguous(new(start, end), bookUpTo) ? SnapshotFit.TooOld
        : bookUpTo > end ? SnapshotFit.Ahead
        : SnapshotFit.Joinable;
}
