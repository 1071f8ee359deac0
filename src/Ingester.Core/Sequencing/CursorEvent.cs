namespace Ingester.Core.Sequencing;

/// <summary>An event, as passed to its stream's cursor.</summary>
/// <param name="Range">The sequence range of the event.</param>
/// <param name="Micros">Its exchange time, microseconds UTC; null when it is implausible or not from the exchange.</param>
/// <param name="Hash">The hash of its row.</param>
/// <param name="Connection">The connection that received it.</param>
internal readonly record struct CursorEvent(SequenceRange Range, long? Micros, ulong Hash, int Connection)
{
    /// <summary>True when the exchange replays the event after a subscription: it never begins a new numbering.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>
    /// True while two connections carry the stream, or the second has not caught up yet, and they may group ids into different events.
    /// </summary>
    public bool MayRegroup { get; init; }
}

/// <summary>The cursor's classification of an event.</summary>
internal enum CursorOutcome : byte
{
    /// <summary>The first event of a stream.</summary>
    First,

    /// <summary>The event continues the chain.</summary>
    Next,

    /// <summary>
    /// The event continues the chain and repeats a part of it, which a single connection never does: the proof ends, nothing is missing.
    /// </summary>
    Overlap,

    /// <summary>The same event was already recorded: it is dropped.</summary>
    Duplicate,

    /// <summary>The same range was recorded with a different row: a detached row, and a conflict.</summary>
    Conflict,

    /// <summary>The event begins after the head: a detached row until its successor arrives or the chain reaches it.</summary>
    Candidate,

    /// <summary>The event fills a gap: a detached row; <see cref="CursorVerdict.Span"/> is the part that it closes.</summary>
    Late,

    /// <summary>The event is below the head and not known: a detached row.</summary>
    Unrecognized,

    /// <summary>
    /// The connection that carries the chain already recorded these ids, under other boundaries or too long ago to compare: a detached row; the proof
    /// ends.
    /// </summary>
    Repeated,

    /// <summary>
    /// The previous event waited and is confirmed now: <see cref="CursorVerdict.Span"/> is missing, and the chain continues with the run.
    /// </summary>
    Gap,

    /// <summary>
    /// The event completes the evidence for a reset: <see cref="CursorVerdict.Span"/> runs from the last id of the old numbering to the id before the
    /// first of the new one.
    /// </summary>
    Reset,
}

/// <summary>The cursor's verdict on one event.</summary>
/// <param name="Outcome">The classification.</param>
/// <param name="Span">The ids that are missing, closed or replaced, see <see cref="CursorOutcome"/>.</param>
/// <param name="Run">The run of the event, or the run that precedes it in the chain; zero for none.</param>
internal readonly record struct CursorVerdict(CursorOutcome Outcome, SequenceRange Span = default, int Run = 0);

/// <summary>Events that chain to each other and not to the head of their stream.</summary>
/// <param name="id">Its number within the stream.</param>
/// <param name="first">Its first event.</param>
internal sealed class CandidateRun(int id, in CursorEvent first)
{
    /// <summary>Its number within the stream, from one.</summary>
    public int Id => id;

    /// <summary>The sequence range of its events.</summary>
    public SequenceRange Range { get; private set; } = first.Range;

    /// <summary>Time of its first event, microseconds UTC; null when it is not known.</summary>
    public long? Micros { get; } = first.Micros;

    /// <summary>Time of its last event, microseconds UTC; null when it is not known.</summary>
    public long? LastMicros { get; private set; } = first.Micros;

    /// <summary>The connection that received its last event.</summary>
    public int Connection { get; private set; } = first.Connection;

    /// <summary>Number of events.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>Number of events that are strong evidence of a new numbering.</summary>
    public int StrongCount { get; set; }

    /// <summary>Number of events that may belong to a new numbering.</summary>
    public int WeakCount { get; set; }

    /// <summary>True when the chain continued while this run waited.</summary>
    public bool IsPassed { get; set; }

    /// <summary>Adds the next event.</summary>
    public void Extend(in CursorEvent next)
    {
        Range = new(Range.After, next.Range.UpTo);
        LastMicros = next.Micros ?? LastMicros;
        Connection = next.Connection;
        Count++;
    }
}
