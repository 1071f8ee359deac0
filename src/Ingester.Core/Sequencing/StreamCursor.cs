namespace Ingester.Core.Sequencing;

/// <summary>
/// The position of a stream in its exchange's sequence: the head of its chain, the recorded ids, and the events that do not fit the chain yet. It
/// classifies each event by rules S1 to S11 of <c>docs/proof.md</c>; it holds no rows.
/// </summary>
/// <param name="kind">The kind of sequence; not <see cref="SequenceKind.None"/>.</param>
internal sealed class StreamCursor(SequenceKind kind)
{
    /// <summary>Number of chained events that are certainly new at which a new numbering is accepted.</summary>
    public const int RequiredStrongEvidence = 3;

    /// <summary>Number of chained events that may be old at which a new numbering is accepted.</summary>
    public const int RequiredWeakEvidence = 16;

    private const int MaxReplayed = 1024;

    /// <summary>Maximum time, in microseconds, by which an event may be later than the same ids from another connection.</summary>
    private const long MaxRegroupDelay = 2_000_000;

    private RecordedRanges recorded = new();
    private RecentEvents recent = new();
    private readonly CandidateRuns runs = new(kind == SequenceKind.Contiguous);
    private HashSet<(SequenceRange Range, ulong Hash)>? replayedBeforeStart; // replayed before the stream began, and not recorded
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
    public IReadOnlyList<CandidateRun> Runs => runs.All;

    /// <inheritdoc cref="CandidateRuns.AreWaiting"/>
    public bool HasCandidates => runs.AreWaiting;

    /// <inheritdoc cref="CandidateRuns.AreOvertaken"/>
    public bool HasOvertakenCandidates => runs.AreOvertaken;

    /// <summary>The gaps before the events that still waited at the last reset, in the order of their ids.</summary>
    public IReadOnlyList<(SequenceRange? Missing, long Micros)> GapsBeforeReset { get; private set; } = [];

    private bool IsChained => kind == SequenceKind.Contiguous;

    /// <summary>
    /// Creates the cursor of a recorder that replaces this one's. It knows the recorded ids and has no candidates. This cursor must not be used
    /// afterwards.
    /// </summary>
    public StreamCursor CreateReplacement()
    {
        var replacement = new StreamCursor(kind) { UpTo = UpTo, LastMicros = LastMicros, recorded = Recorded, recent = recent, replayedBeforeStart = replayedBeforeStart };
        replacement.runs.ContinueAfter(runs);
        return replacement;
    }

    /// <summary>
    /// Creates the cursor of a recorder that continues after lost rows: the ids after the given one are missing, and no recorded ids are known.
    /// </summary>
    public StreamCursor CreateReplacementAfter(long lost) => new(kind) { UpTo = lost, LastMicros = LastMicros };

    /// <summary>
    /// True when the event is the next one of the chain, no candidate waits and its ids are not stored yet: then only <see cref="Advance"/> is needed.
    /// </summary>
    public bool IsNext(SequenceRange next) =>
        runs.Count == 0 && UpTo is { } head && (IsChained ? next.After == head && next.UpTo > head && next.UpTo <= runs.FirstStored : next.UpTo > head);

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
            return Continue(next, next.MayRegroup && next.Connection != connection && !(next.Micros > LastMicros + MaxRegroupDelay) ? CursorOutcome.Next : CursorOutcome.Overlap);
        var verdict = known == KnownMatch.Different ? WeighReset(runs.ExtendOrAdd(next, LastMicros), next, CursorOutcome.Conflict, strong: true)
            : next.Range.After > head ? AddCandidate(next, head)
            : ClassifyBelowHead(next);
        if (verdict.Outcome != CursorOutcome.Duplicate)
            recent.Add(next.Range, next.Hash, next.Connection, LastMicros);
        return verdict;
    }

    /// <summary>Removes and returns the run that the head has reached, which is now the next of the chain; null when there is none.</summary>
    public CandidateRun? TakeReachedRun()
    {
        if (!IsChained || runs.TakeAt(UpTo) is not { } next)
            return null;
        AdvanceOver(next);
        return next;
    }

    /// <summary>Removes and returns a run that the chain contradicts (rules S5e and S8): its rows stay detached. Null when there is none.</summary>
    public CandidateRun? TakeContradictedRun() => runs.TakeContradicted();

    /// <summary>
    /// When more runs than the maximum wait, and the chain passed none of them, they are single events between gaps: the nearest run is accepted.
    /// Null otherwise.
    /// </summary>
    public CursorVerdict? AcceptNearestRun() =>
        runs.FindNearestOfTooMany(UpTo) is { } nearest ? AcceptRun(nearest, UpTo!.Value) : null;

    /// <summary>
    /// Processes an id that the exchange announced as sent. When the chain has not reached it, the nearest run below it is accepted; without a run,
    /// the ids from the head to the announced id are missing. Null when nothing is missing.
    /// </summary>
    public CursorVerdict? ApplyAnnouncedId(long last)
    {
        if (UpTo is not { } head || head >= last)
            return null;
        if (runs.FindNearest(head, last) is { } nearest)
            return AcceptRun(nearest, head);
        FlushChain();
        UpTo = last;
        return new(CursorOutcome.Gap, new(head, last));
    }

    /// <inheritdoc cref="CandidateRuns.RemoveStored"/>
    public void RemoveStoredRun(int run) => runs.RemoveStored(run, UpTo);

    /// <inheritdoc cref="CandidateRuns.UnconfirmedGaps"/>
    public IReadOnlyList<(SequenceRange? Missing, long Micros)> UnconfirmedGaps() => runs.UnconfirmedGaps(UpTo ?? 0, LastMicros);

    private void FlushChain()
    {
        if (chainAfter is { } after)
            recorded.Add(new(after, UpTo!.Value));
        chainAfter = null;
    }

    private CursorVerdict Continue(in CursorEvent next, CursorOutcome outcome)
    {
        var head = UpTo!.Value;
        Advance(next);
        runs.ChainContinued(next with { Range = new(head, next.Range.UpTo) });
        return new(outcome);
    }

    private CursorVerdict AddCandidate(in CursorEvent next, long head)
    {
        var run = runs.ExtendOrAdd(next, LastMicros);
        if (run.Count > 1)
        {
            var confirmed = AcceptRun(run, head);
            runs.Pass(UpTo!.Value, next.Micros);
            return confirmed;
        }

        runs.Limit(head);
        return new(CursorOutcome.Candidate, default, run.Id);
    }

    private CursorVerdict AcceptRun(CandidateRun run, long head)
    {
        runs.Remove(run);
        var isDoubtful = runs.All.Any(other => other.StrongCount > 0 && other.Range.UpTo <= Recorded.Lowest);
        var gap = new SequenceRange(head, run.Range.After);
        foreach (var between in runs.All.Where(other => other.Range.After >= gap.After && other.Range.UpTo <= gap.UpTo))
            Recorded.Add(between.Range); // it is stored as a detached row
        AdvanceOver(run);
        return new(CursorOutcome.Gap, gap, run.Id, isDoubtful);
    }

    private void AdvanceOver(CandidateRun run)
    {
        FlushChain();
        recorded.Add(run.Range);
        UpTo = run.Range.UpTo;
        LastMicros = Math.Max(LastMicros, run.LastMicros ?? 0);
        connection = run.Connection;
        runs.RemoveReached(run.AsEvent);
    }

    private CursorVerdict ClassifyBelowHead(in CursorEvent next)
    {
        var newer = next.Micros > LastMicros;
        if (!IsChained)
            return WeighReset(runs.ExtendOrAdd(next, LastMicros), next, CursorOutcome.Unrecognized, newer);
        if (recorded.FirstMissing(next.Range) is not { } missing)
            return IsRegrouped(next) ? new(CursorOutcome.Duplicate)
                : WeighReset(runs.ExtendOrAdd(next, LastMicros), next, next.IsReplayed || next.Connection != connection ? CursorOutcome.Unrecognized : CursorOutcome.Repeated, newer);
        if (!(missing.After >= recorded.Lowest))
            return WeighReset(runs.ExtendOrAdd(next, LastMicros), next, CursorOutcome.Unrecognized, newer, isBelowAll: true);
        recorded.Add(next.Range);
        var verdict = WeighReset(runs.ExtendOrAdd(next, LastMicros), next, CursorOutcome.Late, newer);
        return verdict.Outcome == CursorOutcome.Late ? verdict with { Span = missing } : verdict;
    }

    /// <summary>
    /// True when another connection received these ids before, at about this time, grouped into other events. An event that continues a run below the
    /// head does not count.
    /// </summary>
    private bool IsRegrouped(in CursorEvent next) =>
        next.MayRegroup && recent.WasReceivedByAnother(next.Range.UpTo, next.Connection, next.Micros ?? LastMicros, MaxRegroupDelay) && !runs.AreContinuedBy(next.Range);

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
            runs.RemoveOldestOfTooMany();
            return new(outcome, default, run.Id);
        }

        var left = new SequenceRange(UpTo!.Value, run.Range.After);
        runs.Remove(run);
        var within = runs.GapWithinNewNumbering(run, UpTo!.Value, LastMicros);
        GapsBeforeReset = [.. UnconfirmedGaps().Where(gap => gap.Missing is not null), .. within is { } gap ? [gap] : Array.Empty<(SequenceRange?, long)>()];
        runs.Clear();
        recorded.Clear();
        recorded.Add(run.Range);
        (UpTo, LastMicros, connection) = (run.Range.UpTo, next.Micros ?? 0, next.Connection);
        return new(CursorOutcome.Reset, left, run.Id);
    }
}
