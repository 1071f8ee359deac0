namespace Ingester.Core.Sequencing;

/// <summary>
/// Runs above the head of a chain whose events are stored as detached rows and wait for confirmation no more. When the chain reaches the ids of such a
/// run with other events, it contradicts the run (rule S8 of <c>docs/proof.md</c>).
/// </summary>
internal struct RunsAhead()
{
    private const int MaxRuns = 8; // each is one wrong id; the oldest is discarded first

    private List<CandidateRun>? runs; // null until the first run, because most streams never have one

    /// <summary>The lowest beginning of the runs; the highest number when there is none.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>Adds a run.</summary>
    public void Add(CandidateRun run)
    {
        runs ??= [];
        if (runs.Count == MaxRuns)
            runs.RemoveAt(0);
        runs.Add(run);
        First = runs.Min(known => known.Range.After);
    }

    /// <summary>Removes and returns the runs that the chain has reached.</summary>
    /// <param name="head">The head of the chain.</param>
    public IReadOnlyList<CandidateRun> RemoveReached(long head)
    {
        if (First >= head)
            return [];
        var reached = runs!.FindAll(run => run.Range.After < head);
        runs.RemoveAll(run => run.Range.After < head);
        First = runs.Select(run => run.Range.After).DefaultIfEmpty(long.MaxValue).Min();
        return reached;
    }

    /// <summary>Removes all runs.</summary>
    public void Clear()
    {
        runs?.Clear();
        First = long.MaxValue;
    }
}
