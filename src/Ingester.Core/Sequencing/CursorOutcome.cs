namespace Ingester.Core.Sequencing;

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
