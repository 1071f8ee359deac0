using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>What each replica stored in one window of a stream.</summary>
/// <param name="loader">Loads the segments.</param>
/// <param name="window">The window.</param>
/// <param name="entries">The segments of the window.</param>
internal sealed class WindowHistories(SegmentLoader loader, Window window, IReadOnlyList<SegmentEntry> entries)
{
    private const string Unclaimed = "/"; // no replica is named so

    private readonly SortedDictionary<string, List<Run>> runs = new(StringComparer.Ordinal); // by replica
    private readonly List<UnreadableObjectException> unreadable = [];
    private bool isLoaded;

    /// <summary>The window.</summary>
    public Window Window => window;

    /// <summary>The replicas that have rows; segments that no coverage claims count as those of further replicas.</summary>
    public IEnumerable<string> Replicas => runs.Keys;

    /// <summary>Total size of the rows in bytes.</summary>
    public long Bytes => runs.Values.Sum(own => own.Sum(run => run.Bytes));

    /// <summary>The objects that are not readable.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable => unreadable;

    /// <summary>Loads the segments, once.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (isLoaded)
            return;
        isLoaded = true;
        var claims = await loader.GetClaimsAsync(window);
        List<Run> unclaimed = [];
        foreach (var entry in entries)
        {
            var (rows, error) = await loader.LoadAsync(entry, cancellation);
            if (error is not null)
                unreadable.Add(error);
            if (rows is not { Rows.Count: > 0 })
                continue;
            var replicas = claims.FindReplicas(window, rows.Sha256);
            var run = Run.Create(rows.Rows);
            foreach (var replica in replicas)
                Add(replica, run);
            if (replicas.Count == 0)
                unclaimed.Add(run);
        }

        foreach (var run in unclaimed.OrderBy(static run => run.From))
            Add(FindReplica(run, claims), run);
    }

    /// <summary>Number of rows of a replica.</summary>
    public int Count(string replica) => runs.TryGetValue(replica, out var own) ? own.Sum(run => run.Rows.Count) : 0;

    /// <summary>The rows of a replica in the order in which it received them: its times do not go back.</summary>
    public IEnumerable<HistoryRow> Find(string replica) => runs.TryGetValue(replica, out var own)
        ? own.OrderBy(static run => run.From).SelectMany(run => run.Rows.Select(row => new HistoryRow(row, window)))
        : [];

    /// <summary>
    /// The replica of a segment whose hash no coverage states. Segments of one replica do not overlap in time (rule T6 of <c>docs/proof.md</c>): it is one that sealed as
    /// many rows and has none at this time, or else a further one.
    /// </summary>
    private string FindReplica(Run run, SegmentClaims claims)
    {
        var replicas = claims.FindPending(window, run.Rows.Count).Order(StringComparer.Ordinal).Concat(Enumerable.Range(0, int.MaxValue).Select(number => $"{Unclaimed}{number}"));
        return replicas.First(replica => !runs.TryGetValue(replica, out var own) || !own.Exists(other => other.From <= run.To && other.To >= run.From));
    }

    private void Add(string replica, Run run)
    {
        if (runs.TryGetValue(replica, out var own))
            own.Add(run);
        else
            runs.Add(replica, [run]);
    }

    /// <summary>The rows of a segment, with their first and last time and their size in bytes.</summary>
    private sealed record Run(IReadOnlyCollection<LoadedRow> Rows, long From, long To, long Bytes)
    {
        public static Run Create(IReadOnlyCollection<LoadedRow> rows)
        {
            var (from, to, bytes) = (long.MaxValue, long.MinValue, 0L);
            foreach (var row in rows)
                (from, to, bytes) = (Math.Min(from, row.Micros), Math.Max(to, row.Micros), bytes + row.Line.Length);
            return new(rows, from, to, bytes);
        }
    }
}
