using Ingester.Core.Exchanges;
using Ingester.Core.Sequencing;

namespace Ingester.Recording.Snapshots;

/// <summary>What is done with a whole book that was fetched beside the stream of its changes.</summary>
internal enum AttachStep : byte
{
    /// <summary>Changes join it: it can be stored.</summary>
    Join,

    /// <summary>The stream has not come so far yet.</summary>
    Wait,

    /// <summary>Changes between it and the first that is recorded are missing: it is fetched again.</summary>
    TooOld,
}

/// <summary>The unbroken run of changes of one book that is being recorded, and whether a whole book joins it.</summary>
internal sealed class BookRun
{
    private long? begins;
    private long? upTo;

    /// <summary>True once something was recorded since the last hole.</summary>
    public bool HasBegun => upTo is not null;

    /// <summary>The exchange time of the last change, microseconds UTC.</summary>
    public long LastMicros { get; private set; }

    /// <summary>A change was recorded.</summary>
    public void Take(SequenceRange change, long micros)
    {
        begins ??= change.After;
        upTo = Math.Max(upTo ?? change.UpTo, change.UpTo);
        LastMicros = Math.Max(LastMicros, micros);
    }

    /// <summary>What comes next follows on a hole; its last id is known where there is a sequence.</summary>
    public void Break(SequenceRange? missing) => (begins, upTo) = (missing?.UpTo, null);

    /// <summary>Judges a whole book that contains the sequence up to an id, by the exchange's own rule.</summary>
    public AttachStep Judge(long bookUpTo) =>
        upTo is not { } end || begins is not { } start ? AttachStep.Wait
        : !BookProfile.Joins(new(start, end), bookUpTo) ? AttachStep.TooOld
        : bookUpTo > end ? AttachStep.Wait
        : AttachStep.Join;
}
