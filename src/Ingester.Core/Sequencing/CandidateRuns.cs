namespace Ingester.Core.Sequencing;

/// <summary>
/// The events of a stream that do not fit its chain (rules S5 to S8 of <c>docs/proof.md</c>), in runs of events that chain to each other. A run is a candidate
/// above the head, or evidence of a new numbering below it.
/// </summary>
/// <param name="isChained">True when each event begins where the previous one ended; false when ids only rise.</param>
internal sealed class CandidateRuns(bool isChained)
{
    /// <summary>Maximum number of runs; more unconfirmed events ahead of the head mean many gaps.</summary>
    public const int Max = 8;

    /// <summary>How much later an event may be than one with higher ids, in microseconds, if both ids are right.</summary>
    private const long MaxDisorder = 2_000_000;

    private readonly List<CandidateRun> runs = [];
    private readonly Queue<CandidateRun> contradicted = new(); // runs that the chain contradicts, and that are not reported yet
    private RunsAhead storedAhead = new();
    private int lastId;

    /// <summary>The runs, oldest first.</summary>
    public IReadOnlyList<CandidateRun> All => runs;

    /// <summary>Number of runs.</summary>
    public int Count => runs.Count;

    /// <summary>True while an event waits and the chain has no later event: events may be missing before it.</summary>
    public bool AreWaiting => runs.Exists(static run => !run.IsPassed);

    /// <summary>True while an event waits although the chain has continued before it: one of the ids may be wrong (rule S5e).</summary>
    public bool AreOvertaken => runs.Exists(static run => run is { IsOvertaken: true, IsPassed: false });

    /// <summary>The lowest beginning of the stored runs that no event can confirm any more; the highest number when there is none.</summary>
    public long FirstStored => storedAhead.First;

    /// <summary>Takes over the stored runs of a former cursor of the stream.</summary>
    public void ContinueAfter(CandidateRuns former) => storedAhead = former.storedAhead;

    /// <summary>Extends the run that the event continues, or adds a new run.</summary>
    /// <param name="next">The event.</param>
    /// <param name="headMicros">Time of the head, microseconds UTC.</param>
    public CandidateRun ExtendOrAdd(in CursorEvent next, long headMicros)
    {
        for (var i = runs.Count - 1; i >= 0; i--)
            if (isChained ? runs[i].Range.UpTo == next.Range.After : runs[i].Range.UpTo < next.Range.UpTo)
            {
                runs[i].Extend(next);
                return runs[i];
            }

        var run = new CandidateRun(++lastId, next, headMicros);
        runs.Add(run);
        return run;
    }

    /// <summary>True when an event continues one of the runs.</summary>
    public bool AreContinuedBy(SequenceRange next) => runs.Exists(run => run.Range.UpTo == next.After);

    /// <summary>Removes a run.</summary>
    public void Remove(CandidateRun run) => runs.Remove(run);

    /// <summary>Removes and returns the run that begins at the head; null when there is none.</summary>
    public CandidateRun? TakeAt(long? head)
    {
        var next = runs.Find(run => run.Range.After == head && run.Range.UpTo > head);
        if (next is not null)
            runs.Remove(next);
        return next;
    }

    /// <summary>The run at or above the head that begins first; null when there is none, or fewer than the maximum wait.</summary>
    public CandidateRun? FindNearestOfTooMany(long? head) => runs.Count > Max ? runs.Where(run => run.Range.After >= head).MinBy(static run => run.Range.After) : null;

    /// <summary>The run between the head and an id that begins first; null when there is none.</summary>
    public CandidateRun? FindNearest(long head, long last) =>
        runs.Where(run => run.Range.After >= head && run.Range.UpTo <= last).MinBy(static run => run.Range.After);

    /// <summary>Discards a run that no later event is likely to confirm when too many wait.</summary>
    public void Limit(long head)
    {
        if (runs.Count > Max && runs.Find(run => run.IsPassed || run.IsOvertaken || run.Range.UpTo <= head) is { } idle)
            Discard(idle, head);
    }

    /// <summary>Removes the oldest run when too many are kept.</summary>
    public void RemoveOldestOfTooMany()
    {
        if (runs.Count > Max)
            runs.RemoveAt(0);
    }

    /// <summary>The rows of a run are stored: a run that the chain has passed is discarded. A run below the head stays as evidence of a new numbering.</summary>
    public void RemoveStored(int id, long? head)
    {
        if (runs.Find(stored => stored.Id == id && stored.IsPassed) is { } passed)
            Discard(passed, head);
    }

    /// <summary>
    /// The chain continues with an event: runs below it were no new numbering, and runs above it may have wrong ids. Those that the chain contradicts are kept for
    /// <see cref="TakeContradicted"/>.
    /// </summary>
    /// <param name="next">The event, from the end of the chain.</param>
    public void ChainContinued(in CursorEvent next)
    {
        var head = next.Range.After;
        if (isChained)
            foreach (var run in runs)
                if (run.Range.UpTo <= head && run.StrongCount > 0 && run.LastMicros > run.HeadMicros + MaxDisorder)
                    AddContradicted(run, next.Micros);
        RemoveReached(next);
        Pass(next.Range.UpTo, next.Micros);
    }

    /// <summary>The chain has continued below the runs that wait (rule S5e): a run whose events are earlier is contradicted.</summary>
    /// <param name="head">The head of the chain.</param>
    /// <param name="micros">The time of the event that moved it, microseconds UTC; null when it is not known.</param>
    public void Pass(long head, long? micros)
    {
        foreach (var run in runs)
        {
            if (run.IsPassed || run.Range.After <= head)
                continue;
            run.IsOvertaken = true;
            if (!(micros > run.LastMicros + MaxDisorder))
                continue;
            run.IsPassed = true;
            AddContradicted(run, micros);
        }
    }

    /// <summary>Removes the runs that begin below the head, and keeps those that the chain contradicts for <see cref="TakeContradicted"/>.</summary>
    /// <param name="reached">The event or run that the head moved over, from the end of the chain or of the gap before it.</param>
    public void RemoveReached(in CursorEvent reached)
    {
        var head = reached.Range.UpTo;
        foreach (var run in runs)
            if (run.IsContradictedBy(reached))
                AddContradicted(run, null);
        foreach (var run in storedAhead.RemoveReached(head))
            if (run.IsContradictedBy(reached))
                AddContradicted(run, null);
        runs.RemoveAll(run => run.Range.After < head);
    }

    /// <summary>Removes and returns a run that the chain contradicts; null when there is none.</summary>
    public CandidateRun? TakeContradicted() => contradicted.TryDequeue(out var run) ? run : null;

    /// <summary>Removes all runs: a new numbering begins.</summary>
    public void Clear()
    {
        runs.Clear();
        storedAhead.Clear();
    }

    /// <summary>
    /// The gaps before the runs that wait, in the order of their ids, for a stream that ends: no later event will confirm them. When a new numbering may have begun, a
    /// gap has no ids.
    /// </summary>
    /// <param name="head">The head of the chain.</param>
    /// <param name="micros">The time of the head, microseconds UTC.</param>
    /// <returns>Each gap (null when it has no ids), and the time of the first event after it, microseconds UTC.</returns>
    public IReadOnlyList<(SequenceRange? Missing, long Micros)> UnconfirmedGaps(long head, long micros)
    {
        var gaps = new List<(SequenceRange?, long)>();
        foreach (var run in runs.Where(static run => !run.IsPassed).OrderBy(static run => run.Range.After))
        {
            if (run.Range.After > head)
                gaps.Add((new SequenceRange(head, run.Range.After), run.Micros ?? micros));
            else if (run.StrongCount > 0)
                gaps.Add((null, run.LastMicros ?? micros));
            head = Math.Max(head, run.Range.UpTo);
        }

        return gaps;
    }

    /// <summary>The gap in a new numbering between its accepted run and the run before it, which was received since the chain stopped at the head.</summary>
    public (SequenceRange? Missing, long Micros)? GapWithinNewNumbering(CandidateRun accepted, long head, long micros) =>
        isChained && runs.Where(other => other.Range.UpTo <= head).MaxBy(other => other.Range.UpTo < accepted.Range.After ? other.Range.UpTo : long.MinValue) is { WeakCount: > 0 } before
        && before.Range.UpTo < accepted.Range.After
            ? (new SequenceRange(before.Range.UpTo, accepted.Range.After), accepted.Micros ?? micros)
            : null;

    /// <summary>Removes a run that no later event can confirm any more. If the chain reaches its ids, another row than the stored one is a conflict.</summary>
    private void Discard(CandidateRun run, long? head)
    {
        runs.Remove(run);
        if (run.Range.After >= head)
            storedAhead.Add(run);
    }

    private void AddContradicted(CandidateRun run, long? until)
    {
        run.ContradictedUntil = Math.Max(run.LastMicros ?? 0, until ?? 0);
        contradicted.Enqueue(run);
    }
}
