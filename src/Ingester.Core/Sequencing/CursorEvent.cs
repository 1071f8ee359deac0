namespace Ingester.Core.Sequencing;

/// <summary>An event as its stream's cursor sees it.</summary>
/// <param name="Range">The ids that it covers.</param>
/// <param name="Micros">Its exchange time, microseconds UTC; null where that is implausible or not the exchange's.</param>
/// <param name="Hash">The hash of its row.</param>
/// <param name="Connection">The connection that brought it.</param>
internal readonly record struct CursorEvent(SequenceRange Range, long? Micros, ulong Hash, int Connection)
{
    /// <summary>True when the exchange replays it on subscribe: it is never the beginning of a new numbering.</summary>
    public bool Replayed { get; init; }

    /// <summary>True while two connections carry the stream, or the second has not caught up yet, and they may group ids into different events.</summary>
    public bool Regroups { get; init; }
}

/// <summary>What an event is to the cursor of its stream.</summary>
internal enum CursorOutcome : byte
{
    /// <summary>The first event of a stream.</summary>
    First,

    /// <summary>It continues the chain.</summary>
    Next,

    /// <summary>It continues the chain and repeats a part of it, which one connection never does: the proof ends, nothing is missing.</summary>
    Overlap,

    /// <summary>The same event was recorded: it is dropped.</summary>
    Duplicate,

    /// <summary>The same range was recorded with another row: an odd row, and a conflict.</summary>
    Conflict,

    /// <summary>It begins after the head: an odd row until its successor arrives or the chain reaches it.</summary>
    Waiting,

    /// <summary>It fills a gap: an odd row; <see cref="CursorVerdict.Span"/> is the part that it closes.</summary>
    Late,

    /// <summary>It lies below the head and is not known: an odd row.</summary>
    Odd,

    /// <summary>
    /// The connection that carries the chain recorded its ids before, under other boundaries or too long ago to compare: an odd row; the proof ends.
    /// </summary>
    Repeated,

    /// <summary>The event before it waited, and is confirmed now: <see cref="CursorVerdict.Span"/> is missing, the chain goes on with the run.</summary>
    Gap,

    /// <summary>It completes the evidence for a new numbering: <see cref="CursorVerdict.Span"/> is the last id of the old and the id before the first of the new one.</summary>
    Reset,
}

/// <summary>The cursor's answer to one event.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Span">The ids that are missing, closed or left behind, see <see cref="CursorOutcome"/>.</param>
/// <param name="Run">The run that the event belongs to, or that goes before it in the chain; zero for none.</param>
internal readonly record struct CursorVerdict(CursorOutcome Outcome, SequenceRange Span = default, int Run = 0);

/// <summary>Events that chain to each other and not to the head of their stream.</summary>
/// <param name="id">Its number within the stream.</param>
/// <param name="first">Its first event.</param>
internal sealed class CursorRun(int id, in CursorEvent first)
{
    /// <summary>Its number within the stream, from one.</summary>
    public int Id => id;

    /// <summary>What its events cover.</summary>
    public SequenceRange Range { get; private set; } = first.Range;

    /// <summary>The time of its first event, microseconds UTC; null where that is not known.</summary>
    public long? Micros { get; } = first.Micros;

    /// <summary>The time of its last event, microseconds UTC; null where that is not known.</summary>
    public long? LastMicros { get; private set; } = first.Micros;

    /// <summary>The connection that brought its last event.</summary>
    public int Connection { get; private set; } = first.Connection;

    /// <summary>How many events it has.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>How many of them can hardly be anything but a new numbering.</summary>
    public int Strong { get; set; }

    /// <summary>How many of them may be one.</summary>
    public int Weak { get; set; }

    /// <summary>True when the chain went on although this run waits for it.</summary>
    public bool Passed { get; set; }

    /// <summary>Adds the next event.</summary>
    public void Extend(in CursorEvent next)
    {
        Range = new(Range.After, next.Range.UpTo);
        LastMicros = next.Micros ?? LastMicros;
        Connection = next.Connection;
        Count++;
    }
}
