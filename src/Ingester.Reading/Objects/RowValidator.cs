using Ingester.Core.Keys;
using Ingester.Core.Sequencing;

namespace Ingester.Reading.Objects;

/// <summary>Checks the rows of a segment against the range and window in its key.</summary>
/// <param name="name">The parsed key.</param>
/// <param name="kind">The kind of the stream's sequence.</param>
internal sealed class RowValidator(SegmentKey name, SequenceKind kind)
{
    private const int MaxPending = 1_000_000;

    private readonly List<SequenceRange> pending = []; // rows that arrived out of order
    private readonly long start = name.Range?.After ?? 0;
    private long covered = name.Range?.After ?? 0;
    private long last = long.MinValue;
    private long lowest = long.MaxValue;
    private bool hasRowInWindow;

    /// <summary>The parsed key.</summary>
    public SegmentKey Name => name;

    /// <summary>False when the stream has no sequence: ids in its rows only name the events.</summary>
    public bool HasSequence => kind != SequenceKind.None;

    /// <summary>True when the rows are sorted by id. Objects keep the order of arrival.</summary>
    public bool IsOrdered { get; private set; } = true;

    /// <summary>Checks a row. Returns the error, or null.</summary>
    public string? Check(in LoadedRow row)
    {
        hasRowInWindow |= row.Micros >= name.Window.StartMicros && row.Micros < name.Window.EndMicros;
        if (name.Range is not { } range)
            return row.Range is null ? null : "a row has ids, but its name has none";
        if (row.Range is not { } own)
            return "a row has no ids, but its name has some";
        if (!IsInRange(own, range))
            return $"the row {own} is outside of the range in its name";
        IsOrdered &= own.After >= last;
        last = own.After;
        lowest = Math.Min(lowest, own.After);
        if (own.After <= covered)
            covered = Math.Max(covered, own.UpTo);
        else if (kind == SequenceKind.Contiguous && pending.Count < MaxPending)
            pending.Add(own);
        else if (kind == SequenceKind.Contiguous)
            return "its rows are too far out of order";
        else
            covered = own.UpTo;
        return null;
    }

    /// <summary>Checks all rows together, after the last one. Returns the error, or null.</summary>
    public string? CheckComplete()
    {
        if (name.Range is not { } range)
            return name.IsWhole && !hasRowInWindow ? "none of its rows is in its window" : null;
        pending.Sort(static (one, other) => one.After.CompareTo(other.After));
        foreach (var own in pending)
            if (own.After > covered)
                return $"{new SequenceRange(covered, own.After)} is missing, but its name includes it";
            else
                covered = Math.Max(covered, own.UpTo);
        return covered < range.UpTo ? $"{new SequenceRange(covered, range.UpTo)} is missing, but its name includes it"
            : lowest > start ? $"it starts after {lowest}, but its name states {start}"
            : null;
    }

    /// <summary>
    /// True when the range of a row is within the range of the name. The diff that closes a gap may reach beyond its end; the name of a fragment
    /// states only the ids that were missing.
    /// </summary>
    private bool IsInRange(SequenceRange own, SequenceRange range) =>
        own.After >= range.After && own.UpTo <= range.UpTo || !name.IsWhole && own.UpTo > range.After && own.After < range.UpTo;
}
