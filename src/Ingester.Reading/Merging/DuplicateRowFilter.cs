using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Drops rows of a stream without sequence ids that were stored in two windows: by one replica in one window and by another replica in the next, or by
/// two connections of one replica around a handover. Only rows whose time is outside of their window are dropped. Equal rows of the same replica are two
/// events, unless a whole object already has all events of their time.
/// </summary>
internal sealed class DuplicateRowFilter
{
    private const int MaxRemembered = 200_000;

    private List<PlacedRow> previous = [];
    private List<PlacedRow> current = [];
    private HashSet<string> previousWriters = [];
    private HashSet<string> currentWriters = [];

    /// <summary>True before the first row.</summary>
    public bool IsEmpty => previous.Count == 0 && current.Count == 0;

    /// <summary>Moves to the next windows: the current rows become the previous ones.</summary>
    public void StartNextWindow()
    {
        (previous, current) = (current, []);
        (previousWriters, currentWriters) = (currentWriters, []);
    }

    /// <summary>Drops rows that were read in the previous windows, and keeps the rest for comparison.</summary>
    /// <param name="rows">The rows of a window, in order.</param>
    /// <param name="window">The window.</param>
    /// <param name="isWhole">True when the rows are those of a whole object.</param>
    /// <param name="writers">The replicas that claim the rows.</param>
    public IEnumerable<LoadedRow> Filter(IEnumerable<LoadedRow> rows, Window window, bool isWhole, HashSet<string> writers)
    {
        RowCounts? ahead = null, behind = null;
        var same = writers.Overlaps(previousWriters);
        currentWriters.UnionWith(writers);
        foreach (var row in rows)
        {
            var content = row.WithoutLateMark;
            if (!same && previous.Count > 0 && (ahead ??= Count(one => one.Row.Micros >= one.Window.EndMicros)).TryRemove(content))
                continue;
            if (row.Micros < window.StartMicros && previous.Count > 0
                && (behind ??= Count(one => one.Row.Micros < one.Window.EndMicros && (!same || one.IsWhole))).TryRemove(content))
                continue;
            if (current.Count < MaxRemembered)
                current.Add(new(row, window, isWhole));
            yield return row;
        }
    }

    private RowCounts Count(Func<PlacedRow, bool> which) => new(previous.Where(which).Select(one => one.Row.WithoutLateMark));

    private readonly record struct PlacedRow(LoadedRow Row, Window Window, bool IsWhole);
}
