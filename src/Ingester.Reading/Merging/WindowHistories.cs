using Ingester.Core.Time;
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
        var unclaimed = 0;
        var claims = await loader.GetClaimsAsync(window);
        foreach (var entry in entries)
        {
            var (rows, error) = await loader.LoadAsync(entry, cancellation);
            if (error is not null)
                unreadable.Add(error);
            if (rows is not { Rows.Count: > 0 })
                continue;
            var replicas = claims.FindReplicas(window, rows.Sha256);
            foreach (var replica in replicas.Count > 0 ? replicas : [$"{Unclaimed}{unclaimed++}"])
                if (runs.TryGetValue(replica, out var own))
                    own.Add(rows.Rows);
                else
                    runs.Add(replica, [rows.Rows]);
        }
    }

    /// <summary>Number of rows of a replica.</summary>
    public int Count(string replica) => runs.TryGetValue(replica, out var own) ? own.Sum(rows => rows.Count) : 0;

    /// <summary>The rows of a replica in the order in which it received them: its times do not go back.</summary>
    public IEnumerable<HistoryRow> Find(string replica) => runs.TryGetValue(replica, out var own)
        ? own.OrderBy(rows => rows.First().Micros).SelectMany(rows => rows.Select(row => new HistoryRow(row, window)))
        : [];
}
