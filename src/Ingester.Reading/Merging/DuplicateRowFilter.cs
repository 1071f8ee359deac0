using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>
/// Drops rows of a stream without sequence ids that one replica stored in one window and another replica in the next. Only rows whose time is outside
/// of their window are dropped. Equal rows of the same replica are two events.
/// </summary>
internal sealed class DuplicateRowFilter
{
    private const int MaxRemembered = 200_000;

    private List<(LoadedRow Row, Window Window)> previous = [];
    private List<(LoadedRow Row, Window Window)> current = [];
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
    public IEnumerable<LoadedRow> Filter(IEnumerable<LoadedRow> rows, Window window, HashSet<string> writers)
    {
        RowCounts? ahead = null, all = null;
        var same = writers.Overlaps(previousWriters);
        currentWriters.UnionWith(writers);
        foreach (var row in rows)
        {
            if (!same && previous.Count > 0)
            {
                ahead ??= new(previous.Where(one => one.Row.Micros >= one.Window.EndMicros).Select(one => one.Row.Line));
                if (ahead.TryRemove(row.Line))
                    continue;
                if (row.Micros < window.StartMicros && (all ??= new(previous.Where(one => one.Row.Micros < one.Window.EndMicros).Select(one => one.Row.Line))).TryRemove(row.Line))
                    continue;
            }

            if (current.Count < MaxRemembered)
                current.Add((row, window));
            yield return row;
        }
    }
}
