namespace Ingester.Core.Sequencing;

/// <summary>
/// The position of a stream in its exchange's sequence: the head of its chain, the recorded ids, and the events that do not fit the chain yet. It
/// classifies each event by rules S1 to S11 of <c>docs/proof.md</c>; it holds no rows.
/// </summary>
/// <param name="kind">The kind of sequence; not <see cref="SequenceKind.None"/>.</param>
internal sealed class StreamCursor(SequenceKind kind)
{
    /// <summary>Maximum number of candidate runs; more unconfirmed events ahead of the head mean many gaps.</summary>
    public const int MaxRuns = 8;

    /// <summary>Number of chained events that are certainly new at which a new numbering is accepted.</summary>
    public const int RequiredStrongEvidence = 3;

    /// <summary>Number of chained events that may be old at which a new numbering is accepted.</summary>
    public const int RequiredWeakEvidence = 16;

    private const int MaxReplayed = 1024;

    /// <summary>Maximum time after the head, in microseconds, at which another connection may deliver the same ids.</summary>
    private const long MaxRegroupDelay = 2_000_000;

    private RecordedRanges recorded = new();
    private RecentEvents recent = new();
    private RunsAhead storedAhead = new();
    private readonly List<CandidateRun> runs = [];
    private readonly Queue<CandidateRun> contradicted = new(); // runs that the chain contradicts, and that are not reported yet
    private HashSet<(SequenceRange Range, ulong Hash)>? replayedBeforeStart; // replayed before the stream began, and not recorded
    private int runCount; // number of runs
    private int lastRun;
    private long? chainAfter; // the chain is recorded from here to the head; this part is not in the recorded ranges yet
    private int connection;

    /// <summary>The head: the last id of the chain; null before the first event.</summary>
    public long? UpTo { get; private set; }

    /// <summary>Highest plausible exchange time of the chain's events, microseconds UTC.</summary>
    public long LastMicros { get; private set; }

    /// <summary>The recorded ids that are still known.</summary>
    public RecordedRanges Recorded
    {
        get
        {
            FlushChain();
            return recorded;
        }
    }

    /// <summary>The candidate runs: events that do not fit the chain.</summary>
    public IReadOnlyList<CandidateRun> Runs => runs;

    /// <summary>True while an event waits and the chain has not continued since: events may be missing before it.</summary>
    public bool HasCandidates => runCount > 0 && runs.Exists(run => !run.IsPassed);

    /// <summary>The gaps before the events that still waited at the last reset, in the order of their ids.</summary>
    public IReadOnlyList<(SequenceRange? Missing, long Micros)> GapsBeforeReset { get; private set; } = [];

    private bool IsChained => kind == SequenceKind.Contiguous;

    /// <summary>
    /// Creates the cursor of a recorder that replaces this one's. It knows the recorded ids and has no candidates. This cursor must not be used
    /// afterwards.
    /// </summary>
    public StreamCursor CreateReplacement() => new(kind) { UpTo = UpTo, LastMicros = LastMicros, recorded = Recorded, recent = recent, replayedBeforeStart = replayedBeforeStart, storedAhead = storedAhead };

    /// <summary>
    /// Creates the cursor of a recorder that continues after lost rows: the ids after the given one are missing, and no recorded ids are known.
    /// </summary>
    public StreamCursor CreateReplacementAfter(long lost) => new(kind) { UpTo = lost, LastMicros = LastMicros };

    /// <summary>
    /// True when the event is the next one of the chain, no candidate waits and its ids are not stored yet: then only <see cref="Advance"/> is needed.
    /// </summary>
    public bool IsNext(SequenceRange next) =>
        runCount == 0 && UpTo is { } head && (IsChained ? next.After == head && next.UpTo > head && next.UpTo <= storedAhead.First : next.UpTo > head);

    /// <summary>Advances the head past the next event of the chain.</summary>
    public void Advance(in CursorEvent next)
    {
        if (IsChained && (chainAfter is null || next.Range.After != UpTo))
        {
            FlushChain();
            chainAfter = UpTo > next.Range.After ? UpTo : next.Range.After;
        }

        UpTo = next.Range.UpTo;
        connection = next.Connection;
        if (next.Micros is { } micros && micros > LastMicros)
            LastMicros = micros;
        recent.Add(next.Range, next.Hash, next.Connection, LastMicros);
    }

    /// <summary>True when the exchange already replayed this event before the stream began.</summary>
    public bool WasReplayedBeforeStart(in CursorEvent replayed) => replayedBeforeStart is not null && replayedBeforeStart.Contains((replayed.Range, replayed.Hash));

    /// <summary>Processes an event that the exchange replayed from before the stream began: the chain continues after it.</summary>
    public void SkipReplayed(in CursorEvent replayed)
    {
        replayedBeforeStart ??= [];
        if (replayedBeforeStart.Count < MaxReplayed)
            replayedBeforeStart.Add((replayed.Range, replayed.Hash));
        if (UpTo is { } head && replayed.Range.UpTo <= head)
            return;
        FlushChain();
        (UpTo, connection) = (replayed.Range.UpTo, replayed.Connection); // it is not recorded: if it is received again as a new event, it is stored
        LastMicros = Math.Max(LastMicros, replayed.Micros ?? 0);
    }

    /// <summary>
    /// Classifies an event, and moves the head if the event continues the chain. Call <see cref="TakeReachedRun"/> afterwards for the runs that the head has
    /// reached.
    /// </summary>
    public CursorVerdict Evaluate(in CursorEvent next)
    {
        var verdict = Classify(next);
        runCount = runs.Count;
        return verdict;
    }

    /// <summary>Removes and returns the run that the head has reached, which is now the next of the chain; null when there is none.</summary>
    public CandidateRun? TakeReachedRun()
    {
        if (!IsChained || runs.Find(run => run.Range.After == UpTo && run.Range.UpTo > UpTo) is not { } next)
            return null;
        runs.Remove(next);
        AdvanceOver(next);
        runCount = runs.Count;
        return next;
    }

    /// <summary>Removes and returns a run that the chain contradicts (rule S8): its rows stay detached. Null when there is none.</summary>
    public CandidateRun? TakeContradictedRun() => contradicted.TryDequeue(out var run) ? run : null;

    /// <summary>
    /// When more runs than the maximum wait, and the chain passed none of them, they are single events between gaps: the nearest run is accepted.
    /// Null otherwise.
    /// </summary>
    public CursorVerdict? AcceptNearestRun() =>
        runs.Count > MaxRuns && runs.Where(run => run.Range.After >= UpTo).MinBy(run => run.Range.After) is { } nearest ? AcceptRun(nearest, UpTo!.Value) : null;

    /// <summary>
    /// Processes an id that the exchange announced as sent. When the chain has not reached it, the nearest run below it is accepted; without a run,
    /// the ids from the head to the announced id are missing. Null when nothing is missing.
    /// </summary>
    public CursorVerdict? ApplyAnnouncedId(long last)
    {
        if (UpTo is not { } head || head >= last)
            return null;
        if (runs.Where(run => run.Range.After >= head && run.Range.UpTo <= last).MinBy(run => run.Range.After) is { } nearest)
            return AcceptRun(nearest, head);
        FlushChain();
        UpTo = last;
        return new(CursorOutcome.Gap, new(head, last));
    }

    /// <summary>
    /// The rows of a run are stored: a run that the chain has passed is removed. A run below the head stays as evidence of a new numbering.
    /// </summary>
    public void RemoveStoredRun(int run)
    {
        if (runs.Find(stored => stored.Id == run && stored.IsPassed) is { } passed)
            Discard(passed);
        runCount = runs.Count;
    }

    /// <summary>
    /// The gaps before the candidate runs, in the order of their ids, for a stream that ends: no later event will confirm them. When a new numbering
    /// may have begun, a gap has no ids.
    /// </summary>
    /// <returns>Each gap (null when it has no ids), and the time of the first event after it, microseconds UTC.</returns>
    public IReadOnlyList<(SequenceRange? Missing, long Micros)> UnconfirmedGaps()
    {
        var gaps = new List<(SequenceRange?, long)>();
        var upTo = UpTo ?? 0;
        foreach (var run in runs.Where(run => !run.IsPassed).OrderBy(run => run.Range.After))
        {
            if (run.Range.After > upTo)
                gaps.Add((new SequenceRange(upTo, run.Range.After), run.Micros ?? LastMicros));
            else if (run.StrongCount > 0)
                gaps.Add((null, run.LastMicros ?? LastMicros));
            upTo = Math.Max(upTo, run.Range.UpTo);
        }

        return gaps;
    }

    private CursorVerdict Classify(in CursorEvent next)
    {
        if (UpTo is not { } head)
        {
            Advance(next);
            return new(CursorOutcome.First);
        }

        FlushChain();
        var known = recent.Find(next.Range, next.Hash);
        if (IsChained ? next.Range.After == head && (next.Range.UpTo > head || known != KnownMatch.Same) : next.Range.UpTo > head)
            return Continue(next, CursorOutcome.Next);
        if (known == KnownMatch.Same)
            return new(CursorOutcome.Duplicate);
        if (next.Range.After < head && next.Range.UpTo > head)
            return Continue(next, next.MayRegroup && next.Connection != connection ? CursorOutcome.Next : CursorOutcome.Overlap);
        var verdict = known == KnownMatch.Different ? WeighReset(ExtendOrAddRun(next), next, CursorOutcome.Conflict, strong: true)
            : next.Range.After > head ? AddCandidate(next, head)
            : ClassifyBelowHead(next);
        if (verdict.Outcome != CursorOutcome.Duplicate)
            recent.Add(next.Range, next.Hash, next.Connection, LastMicros);
        return verdict;
    }

    private void FlushChain()
    {
        if (chainAfter is { } after)
            recorded.Add(new(after, UpTo!.Value));
        chainAfter = null;
    }

    /// <summary>The chain continues: runs below it were no new numbering, and runs above it may be invalid ids.</summary>
    private CursorVerdict Continue(in CursorEvent next, CursorOutcome outcome)
    {
        var head = UpTo!.Value;
        Advance(next);
        RemoveReachedRuns(next with { Range = new(head, next.Range.UpTo) });
        MarkPassedRuns();
        return new(outcome);
    }

    private void MarkPassedRuns()
    {
        foreach (var run in runs)
            run.IsPassed = true;
    }

    /// <summary>Removes the runs that begin below the head, and keeps those that the chain contradicts for <see cref="TakeContradictedRun"/>.</summary>
    /// <param name="reached">The event or run that the head moved over, from the end of the chain or of the gap before it.</param>
    private void RemoveReachedRuns(in CursorEvent reached)
    {
        foreach (var run in runs)
            if (run.IsContradictedBy(reached))
                contradicted.Enqueue(run);
        foreach (var run in storedAhead.RemoveReached(reached.Range.UpTo))
            if (run.IsContradictedBy(reached))
                contradicted.Enqueue(run);
        runs.RemoveAll(run => run.Range.After < UpTo);
    }

    /// <summary>Removes a run that no later event can confirm any more. If the chain reaches its ids, another row than the stored one is a conflict.</summary>
    private void Discard(CandidateRun run)
    {
        runs.Remove(run);
        if (run.Range.After >= UpTo)
            storedAhead.Add(run);
    }

    private CursorVerdict AddCandidate(in CursorEvent next, long head)
    {
        var run = ExtendOrAddRun(next);
        if (run.Count > 1)
        {
            var confirmed = AcceptRun(run, head);
            MarkPassedRuns();
            return confirmed;
        }

        if (runs.Count > MaxRuns && runs.Find(other => other.IsPassed || other.Range.UpTo <= head) is { } idle)
            Discard(idle);
        return new(CursorOutcome.Candidate, default, run.Id);
    }

    private CursorVerdict AcceptRun(CandidateRun run, long head)
    {
        runs.Remove(run);
        var isDoubtful = runs.Exists(other => other.StrongCount > 0 && other.Range.UpTo <= Recorded.Lowest);
        var gap = new SequenceRange(head, run.Range.After);
        foreach (var between in runs.Where(other => other.Range.After >= gap.After && other.Range.UpTo <= gap.UpTo))
            Recorded.Add(between.Range); // it is stored as a detached row
        AdvanceOver(run);
        runCount = runs.Count;
        return new(CursorOutcome.Gap, gap, run.Id, isDoubtful);
    }

    private void AdvanceOver(CandidateRun run)
    {
        FlushChain();
        recorded.Add(run.Range);
        UpTo = run.Range.UpTo;
        LastMicros = Math.Max(LastMicros, run.LastMicros ?? 0);
        connection = run.Connection;
        RemoveReachedRuns(run.AsEvent);
    }

    private CursorVerdict ClassifyBelowHead(in CursorEvent next)
    {
        var newer = next.Micros > LastMicros;
        if (!IsChained)
            return WeighReset(ExtendOrAddRun(next), next, CursorOutcome.Unrecognized, newer);
        if (recorded.FirstMissing(next.Range) is not { } missing)
            return IsRegrouped(next) ? new(CursorOutcome.Duplicate)
                : WeighReset(ExtendOrAddRun(next), next, next.IsReplayed || next.Connection != connection ? CursorOutcome.Unrecognized : CursorOutcome.Repeated, newer);
        if (!(missing.After >= recorded.Lowest))
            return WeighReset(ExtendOrAddRun(next), next, CursorOutcome.Unrecognized, newer, isBelowAll: true);
        recorded.Add(next.Range);
        var verdict = WeighReset(ExtendOrAddRun(next), next, CursorOutcome.Late, newer);
        return verdict.Outcome == CursorOutcome.Late ? verdict with { Span = missing } : verdict;
    }

    /// <summary>
    /// True when another connection received these ids before, at about this time, grouped into other events. An event that continues a run below the
    /// head does not count.
    /// </summary>
    private bool IsRegrouped(in CursorEvent next) =>
        next.MayRegroup && !(next.Micros > LastMicros + MaxRegroupDelay) && recent.ConnectionOf(next.Range.UpTo) is { } brought && brought != (ushort)next.Connection
        && !IsContinuing(next.Range);

    private bool IsContinuing(SequenceRange next) => runs.Exists(run => run.Range.UpTo == next.After);

    /// <summary>Counts the event as evidence of a new numbering, which begins when there is enough of it (rule S7).</summary>
    /// <param name="run">The run of the event.</param>
    /// <param name="next">The event.</param>
    /// <param name="outcome">What the event is while there is not enough evidence.</param>
    /// <param name="strong">True when the event is certainly new.</param>
    /// <param name="isBelowAll">True when its ids are below all recorded ones: no connection repeats what another one has delivered.</param>
    private CursorVerdict WeighReset(CandidateRun run, in CursorEvent next, CursorOutcome outcome, bool strong, bool isBelowAll = false)
    {
        if (!next.IsReplayed && (strong || isBelowAll || next.Connection == connection))
            (run.StrongCount, run.WeakCount) = (run.StrongCount + (strong ? 1 : 0), run.WeakCount + 1);
        if (run.StrongCount < RequiredStrongEvidence && run.WeakCount < RequiredWeakEvidence)
        {
            if (runs.Count > MaxRuns)
                runs.RemoveAt(0);
            return new(outcome, default, run.Id);
        }

        var left = new SequenceRange(UpTo!.Value, run.Range.After);
        runs.Remove(run);
        GapsBeforeReset = [.. UnconfirmedGaps().Where(gap => gap.Missing is not null), .. GapWithinNewNumbering(run)];
        runs.Clear();
        storedAhead.Clear();
        recorded.Clear();
        recorded.Add(run.Range);
        (UpTo, LastMicros, connection) = (run.Range.UpTo, next.Micros ?? 0, next.Connection);
        return new(CursorOutcome.Reset, left, run.Id);
    }

    /// <summary>The gap in the new numbering between the accepted run and the run before it, which was received since the chain stopped.</summary>
    private IEnumerable<(SequenceRange? Missing, long Micros)> GapWithinNewNumbering(CandidateRun run)
    {
        if (IsChained && runs.Where(other => other.Range.UpTo <= UpTo).MaxBy(other => other.Range.UpTo < run.Range.After ? other.Range.UpTo : long.MinValue) is { } before
            && before.Range.UpTo < run.Range.After && before.WeakCount > 0)
            yield return (new SequenceRange(before.Range.UpTo, run.Range.After), run.Micros ?? LastMicros);
    }

    /// <summary>Extends the run that the event continues, or adds a new run.</summary>
    private CandidateRun ExtendOrAddRun(in CursorEvent next)
    {
        for (var i = runs.Count - 1; i >= 0; i--)
            if (IsChained ? runs[i].Range.UpTo == next.Range.After : runs[i].Range.UpTo < next.Range.UpTo)
            {
                runs[i].Extend(next);
                return runs[i];
            }

        var run = new CandidateRun(++lastRun, next, LastMicros);
        runs.Add(run);
        return run;
    }
}
