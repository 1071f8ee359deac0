using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// The detached rows of a stream before they are stored as fragments (rule S11 of <c>docs/proof.md</c>). They are held for a while because the chain
/// may still reach them, and because sorting unordered rows yields fewer objects.
/// </summary>
/// <param name="chained">True when ids chain: then a fragment holds a contiguous run.</param>
internal sealed class DetachedRows(bool chained)
{
    private const int MaxBytes = 256 << 10;

    private readonly List<DetachedRow> rows = [];
    private long bytes;
    private long oldestAt; // local clock

    /// <summary>Number of rows.</summary>
    public int Count => rows.Count;

    /// <summary>True when the limit is reached.</summary>
    public bool IsFull => bytes >= MaxBytes;

    /// <summary>True when the oldest row was held for a span; a local clock that was set back restarts the span.</summary>
    public bool IsOverdue(long now, long span)
    {
        oldestAt = Math.Min(oldestAt, now);
        return rows.Count > 0 && oldestAt <= now - span;
    }

    /// <summary>Adds a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="now">The local clock.</param>
    public void Add(in DetachedRow row, long now)
    {
        if (rows.Count == 0)
            oldestAt = now;
        rows.Add(row);
        bytes += row.Row.Text.Length;
    }

    /// <summary>True when a row belongs to this window.</summary>
    public bool Contains(Window window)
    {
        foreach (var row in rows)
            if (row.Window == window)
                return true;
        return false;
    }

    /// <summary>Removes and returns the rows of a run, oldest first.</summary>
    public IReadOnlyList<DetachedRow> RemoveRun(int run)
    {
        var taken = rows.FindAll(row => row.Run == run);
        rows.RemoveAll(row => row.Run == run);
        bytes -= taken.Sum(row => row.Row.Text.Length);
        return taken;
    }

    /// <summary>The runs of the rows.</summary>
    public IReadOnlyList<int> Runs => [.. rows.Select(row => row.Run).Where(run => run > 0).Distinct()];

    /// <summary>
    /// Removes and returns all rows: by window, each window in contiguous runs by sequence; without a sequence in the order of arrival.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<DetachedRow>> RemoveAll()
    {
        var parts = new List<IReadOnlyList<DetachedRow>>();
        foreach (var window in rows.GroupBy(row => row.Window).OrderBy(group => group.Key.StartMicros))
        {
            var part = new List<DetachedRow>();
            foreach (var row in window.OrderBy(row => row.Row.Range?.After).ThenBy(row => row.Row.Range?.UpTo)) // a stable sort
            {
                if (part.Count > 0 && !IsContiguous(part[^1].Row.Range, row.Row.Range))
                {
                    parts.Add(part);
                    part = [];
                }

                part.Add(row);
            }

            parts.Add(part);
        }

        rows.Clear();
        bytes = 0;
        return parts;
    }

    private bool IsContiguous(SequenceRange? last, SequenceRange? next) => !chained || next is not { } range || last == next || last?.UpTo == range.After;
}
