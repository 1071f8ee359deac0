namespace Ingester.Core.Sequencing;

/// <summary>What an event is to the cursor of its stream.</summary>
internal enum CursorOutcome : byte
{
    /// <summary>The first event of a stream.</summary>
    First,

    /// <summary>It follows the last one without a hole.</summary>
    Contiguous,

    /// <summary>All that it covers was there already.</summary>
    Duplicate,

    /// <summary>It begins before the cursor and ends after it.</summary>
    Overlap,

    /// <summary>Something is missing between the cursor and it; <see cref="StreamCursor.Missing"/> says what.</summary>
    Gap,

    /// <summary>It falls into an open hole.</summary>
    Late,

    /// <summary>Its id lies below the cursor and its time above: perhaps the beginning of a reset.</summary>
    Stray,

    /// <summary>It completes a run of strays: the exchange has begun its numbering again.</summary>
    Reset,
}

/// <summary>
/// Where a stream stands in its exchange's sequence: the end of the last event, the holes that are still open (at most
/// <see cref="MostHoles"/>; the oldest is forgotten first), and the strays that may turn out to be a reset.
/// </summary>
internal sealed class StreamCursor
{
    /// <summary>How many open holes are remembered: more means that a stream is torn, and late events are then duplicates.</summary>
    public const int MostHoles = 64;

    /// <summary>So many chained events below the cursor, with newer times, are a reset and no accident.</summary>
    public const int ResetRun = 3;

    private List<SequenceRange>? holes;
    private SequenceRange strays;
    private long strayMicros;
    private int strayCount;

    /// <summary>The last id that was seen; null before the first event.</summary>
    public long? UpTo { get; private set; }

    /// <summary>The highest time of an accepted event, microseconds UTC.</summary>
    public long LastMicros { get; private set; }

    /// <summary>
    /// After <see cref="CursorOutcome.Gap"/> the hole that it left; after <see cref="CursorOutcome.Late"/> the part of a hole that it closed; after
    /// <see cref="CursorOutcome.Reset"/> the last id of the old numbering and the id after which the new one begins.
    /// </summary>
    public SequenceRange Missing { get; private set; }

    /// <summary>The holes that are still open, oldest first.</summary>
    public IReadOnlyList<SequenceRange> Holes => holes ?? (IReadOnlyList<SequenceRange>)[];

    /// <summary>Judges the next event and moves the cursor.</summary>
    /// <param name="next">What the event covers.</param>
    /// <param name="micros">The event's exchange time.</param>
    public CursorOutcome Take(SequenceRange next, long micros)
    {
        var outcome = Judge(next, micros);
        if (outcome is CursorOutcome.Stray)
            return FollowStray(next, micros);
        if (outcome is CursorOutcome.Late)
            CloseHole(next);
        if (outcome is CursorOutcome.Duplicate or CursorOutcome.Late)
            return outcome;
        if (outcome is CursorOutcome.Gap)
            OpenHole(new(UpTo!.Value, next.After));
        Move(next, micros);
        return outcome;
    }

    /// <summary>The exchange says that its sequence has come so far: what lies between is an open hole.</summary>
    public void Skip(long upTo)
    {
        OpenHole(new(UpTo!.Value, upTo));
        UpTo = upTo;
    }

    private CursorOutcome Judge(SequenceRange next, long micros) =>
        UpTo is not { } upTo ? CursorOutcome.First
        : next.After > upTo ? CursorOutcome.Gap
        : next.After == upTo ? CursorOutcome.Contiguous
        : next.UpTo > upTo ? CursorOutcome.Overlap
        : FallsIntoHole(next) ? CursorOutcome.Late
        : micros > LastMicros ? CursorOutcome.Stray
        : CursorOutcome.Duplicate;

    private CursorOutcome FollowStray(SequenceRange next, long micros)
    {
        if (strayCount > 0 && next.UpTo <= strays.UpTo && next.After >= strays.After)
            return CursorOutcome.Duplicate;
        var chained = strayCount > 0 && next.After == strays.UpTo && micros >= strayMicros;
        strays = chained ? new(strays.After, next.UpTo) : next;
        strayCount = chained ? strayCount + 1 : 1;
        strayMicros = micros;
        if (strayCount < ResetRun)
            return CursorOutcome.Stray;
        holes?.Clear();
        LastMicros = 0;
        Missing = new(UpTo!.Value, strays.After);
        Move(next, micros);
        return CursorOutcome.Reset;
    }

    private void Move(SequenceRange next, long micros)
    {
        UpTo = next.UpTo;
        LastMicros = Math.Max(LastMicros, micros);
        strayCount = 0;
    }

    private bool FallsIntoHole(SequenceRange next)
    {
        if (holes is null)
            return false;
        foreach (var hole in holes)
            if (next.After < hole.UpTo && next.UpTo > hole.After)
                return true;
        return false;
    }

    private void OpenHole(SequenceRange hole)
    {
        Missing = hole;
        holes ??= [];
        if (holes.Count == MostHoles)
            holes.RemoveAt(0);
        holes.Add(hole);
    }

    /// <summary>Takes what the event covers out of the hole it falls into; what is left on either side stays open.</summary>
    private void CloseHole(SequenceRange next)
    {
        var index = holes!.FindIndex(hole => next.After < hole.UpTo && next.UpTo > hole.After);
        var hole = holes[index];
        Missing = new(Math.Max(hole.After, next.After), Math.Min(hole.UpTo, next.UpTo));
        holes.RemoveAt(index);
        if (Missing.UpTo < hole.UpTo)
            holes.Insert(index, new(Missing.UpTo, hole.UpTo));
        if (hole.After < Missing.After)
            holes.Insert(index, new(hole.After, Missing.After));
    }
}
