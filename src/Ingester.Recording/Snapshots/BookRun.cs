using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>How a fetched snapshot fits the recorded diffs.</summary>
internal enum AttachStep : byte
{
    /// <summary>The recorded diffs continue the snapshot: it can be stored.</summary>
    Join,

    /// <summary>The snapshot is newer than the recorded diffs: it waits for them.</summary>
    Wait,

    /// <summary>Diffs are missing between the snapshot and the first recorded diff: it must be fetched again.</summary>
    TooOld,
}

/// <summary>Tracks the ids of the contiguous diffs of a book and decides whether a snapshot joins them.</summary>
internal sealed class BookRun
{
    private long? begins;
    private long? upTo;

    /// <summary>True once a diff was recorded after the last gap.</summary>
    public bool HasBegun => upTo is not null;

    /// <summary>The exchange time of the last diff, microseconds UTC.</summary>
    public long LastMicros { get; private set; }

    /// <summary>Adds a recorded diff.</summary>
    public void Take(SequenceRange change, long micros)
    {
        begins ??= change.After;
        upTo = Math.Max(upTo ?? change.UpTo, change.UpTo);
        LastMicros = Math.Max(LastMicros, micros);
    }

    /// <summary>Starts again after a gap. Where diffs have ids, the last missing id is known.</summary>
    public void Break(SequenceRange? missing) => (begins, upTo) = (missing?.UpTo, null);

    /// <summary>Decides whether a snapshot that contains everything up to an id joins the diffs, by the rule of the exchange.</summary>
    public AttachStep Judge(long bookUpTo) =>
        upTo is not { } end || begins is not { } start ? AttachStep.Wait
        : !BookProfile.Joins(new(start, end), bookUpTo) ? AttachStep.TooOld
        : bookUpTo > end ? AttachStep.Wait
        : AttachStep.Join;
}
