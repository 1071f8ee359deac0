using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Reading.Objects;

/// <summary>Holds the rows of a segment to what its key says of them: range and window.</summary>
/// <param name="name">What the key says.</param>
/// <param name="kind">What the stream's sequence is worth.</param>
internal sealed class RowCheck(SegmentName name, SequenceKind kind)
{
    private const int MostPending = 1_000_000;

    private readonly List<SequenceRange> pending = []; // what came before its turn
    private readonly long start = name.Range?.After ?? 0;
    private long covered = name.Range?.After ?? 0;
    private long last = long.MinValue;
    private long lowest = long.MaxValue;
    private bool inWindow;

    /// <summary>True when rows are in the order of their sequence; objects hold them in the order of their arrival.</summary>
    public bool IsOrdered { get; private set; } = true;

    /// <summary>Takes a row; what is wrong with it, or null.</summary>
    public string? Take(in LoadedRow row)
    {
        inWindow |= row.Micros >= name.Window.StartMicros && row.Micros < name.Window.EndMicros;
        if (name.Range is not { } range)
            return row.Range is null ? null : "a row has a sequence, and its name has none";
        if (row.Range is not { } own)
            return "a row has no sequence, and its name has one";
        if (!Lies(own, range))
            return $"the row {own} lies outside the range of its name";
        IsOrdered &= own.After >= last;
        last = own.After;
        lowest = Math.Min(lowest, own.After);
        if (own.After <= covered)
            covered = Math.Max(covered, own.UpTo);
        else if (kind == SequenceKind.Contiguous && pending.Count < MostPending)
            pending.Add(own);
        else if (kind == SequenceKind.Contiguous)
            return "its rows are too far out of order";
        else
            covered = own.UpTo;
        return null;
    }

    /// <summary>All rows are there; what is wrong with them together, or null.</summary>
    public string? Finish()
    {
        if (name.Range is not { } range)
            return name.Whole && !inWindow ? "none of its rows lies in its window" : null;
        pending.Sort(static (one, other) => one.After.CompareTo(other.After));
        foreach (var own in pending)
            if (own.After > covered)
                return $"{new SequenceRange(covered, own.After)} is missing in it, and its name says that it is there";
            else
                covered = Math.Max(covered, own.UpTo);
        return covered < range.UpTo ? $"{new SequenceRange(covered, range.UpTo)} is missing in it, and its name says that it is there"
            : lowest > start ? $"it begins after {lowest}, and its name says after {start}"
            : null;
    }

    /// <summary>A change of a book that closed the end of a gap may reach beyond it: of a fragment the name has the part that was missing.</summary>
    private bool Lies(SequenceRange own, SequenceRange range) =>
        own.After >= range.After && own.UpTo <= range.UpTo || !name.Whole && own.UpTo > range.After && own.After < range.UpTo;
}
