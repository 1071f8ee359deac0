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

    private readonly SortedDictionary<string, List<IReadOnlyCollection<LoadedRow>>> runs = new(StringComparer.Ordinal); // by replica
    private readonly List<UnreadableObjectException> unreadable = [];
    private bool isLoaded;

    /// <summary>The window.</summary>
    public Window Window => window;

    /// <summary>The replicas that have rows; segments that no coverage claims count as those of further replicas.</summary>
    public IEnumerable<string> Replicas => runs.Keys;

    /// <summary>Total size of the rows in bytes.</summary>
    public long Bytes => runs.Values.Sum(own => own.Sum(rows => rows.Sum(row => (long)row.Line.Length)));

    /// <summary>The objects that are not readable.</summary>
    public IReadOnlyList<UnreadableObjectException> Unreadable => unreadable;

    /// <summary>Loads the segments, once.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (isLoaded)
            return;
        isLoaded = true;
        var claims = await loader.GetClaimsAsync(window);
        List<IReadOnlyCollection<LoadedRow>> unclaimed = [];
        foreach (var entry in entries)
        {
            var (rows, error) = await loader.LoadAsync(entry, cancellation);
            if (error is not null)
                unreadable.Add(error);
            if (rows is not { Rows.Count: > 0 })
                continue;
            var replicas = claims.FindReplicas(window, rows.Sha256);
            foreach (var replica in replicas)
                Add(replica, rows.Rows);
            if (replicas.Count == 0)
                unclaimed.Add(rows.Rows);
        }

        foreach (var rows in unclaimed.OrderBy(static rows => rows.First().Micros))
            Add(FindReplica(rows, claims), rows);
    }

    /// <summary>Number of rows of a replica.</summary>
    public int Count(string replica) => runs.TryGetValue(replica, out var own) ? own.Sum(rows => rows.Count) : 0;

    /// <summary>The rows of a replica in the order in which it received them: its times do not go back.</summary>
    public IEnumerable<HistoryRow> Find(string replica) => runs.TryGetValue(replica, out var own)
        ? own.OrderBy(rows => rows.First().Micros).SelectMany(rows => rows.Select(row => new HistoryRow(row, window)))
        : [];

    /// <summary>
    /// The replica of a segment whose hash no coverage states. Segments of one replica do not overlap in time (rule T6 of <c>docs/proof.md</c>): it is one that sealed as
    /// many rows and has none at this time, or else a further one.
    /// </summary>
    private string FindReplica(IReadOnlyCollection<LoadedRow> rows, SegmentClaims claims)
    {
        var (from, to) = (rows.First().Micros, rows.Max(static row => row.Micros));
        var replicas = claims.FindPending(window, rows.Count).Order(StringComparer.Ordinal).Concat(Enumerable.Range(0, int.MaxValue).Select(number => $"{Unclaimed}{number}"));
        return replicas.First(replica => !runs.TryGetValue(replica, out var own) || !own.Exists(other => other.First().Micros <= to && other.Max(static row => row.Micros) >= from));
    }

    private void Add(string replica, IReadOnlyCollection<LoadedRow> rows)
    {
        if (runs.TryGetValue(replica, out var own))
            own.Add(rows);
        else
            runs.Add(replica, [rows]);
    }
}
