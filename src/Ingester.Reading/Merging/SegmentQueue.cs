using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// The next candidate segments of a stream with sequence ids. It reads the listing far enough ahead to find late events, whose windows are before or
/// after those of the adjacent ids.
/// </summary>
internal sealed class SegmentQueue(IAsyncEnumerator<SegmentEntry> entries, Numberings numberings)
{
    /// <summary>Maximum distance of an event from the order of the windows: two of the longest windows.</summary>
    public const long LookAhead = 120 * Window.MicrosPerMinute;

    private readonly List<(SegmentEntry Entry, int Numbering)> waiting = [];
    private readonly Queue<SegmentEntry> strays = new();
    private SegmentEntry? next;
    private bool ended;

    /// <summary>The numbering of the next segment.</summary>
    public int Numbering { get; private set; } = int.MinValue;

    /// <summary>Objects that are too small for the ids in their names. They are not candidates.</summary>
    public Queue<SegmentEntry> Undersized { get; } = new();

    /// <summary>True when strays are left: segments far after all others with the same ids.</summary>
    public bool HasStrays => strays.Count > 0;

    /// <summary>
    /// Removes and returns the next stray when all segments before it were taken; otherwise null. A stray is so far after the other segments with its
    /// ids that it cannot be compared with them; its ids are probably wrong.
    /// </summary>
    public SegmentEntry? TakeStray() => strays.TryPeek(out var stray) && (IsEmpty || EarliestStart() >= stray.Name.Window.StartMicros) ? strays.Dequeue() : null;

    /// <summary>Reads the listing ahead; false when no segment is left.</summary>
    /// <param name="known">The ids of the current numbering that were merged.</param>
    /// <param name="before">Segments that end at or below this id were already read; null for none.</param>
    public async Task<bool> FillAsync(KnownRanges known, long? before)
    {
        while (true)
        {
            if (next is null && !ended)
            {
                ended = !await entries.MoveNextAsync();
                next = ended ? null : entries.Current;
            }

            if (next is null || (waiting.Count > 0 && next.Name.Window.StartMicros > EarliestStart() + LookAhead))
                break;
            Enqueue(next, known, before);
            next = null;
        }

        if (waiting.Count == 0)
            return false;
        Numbering = waiting.Min(known => known.Numbering);
        return true;
    }

    /// <summary>Adds a segment to the candidates, unless its size or its ids exclude it.</summary>
    private void Enqueue(SegmentEntry entry, KnownRanges known, long? before)
    {
        if (entry.IsUndersized)
        {
            Undersized.Enqueue(entry);
            return;
        }

        numberings.Add(waiting, entry);
        if (waiting.Count == 0 || !ReferenceEquals(waiting[^1].Entry, entry))
            return;
        waiting[^1] = (entry, Math.Max(waiting[^1].Numbering, Numbering)); // an earlier numbering is not resumed
        if (!IsStray(waiting[^1].Numbering, entry, known, before))
            return;
        waiting.RemoveAt(waiting.Count - 1);
        strays.Enqueue(entry);
    }

    /// <summary>
    /// True when all ids of a segment that was just listed are already merged. A segment whose ids were read before the merge started is not a stray.
    /// </summary>
    private bool IsStray(int numbering, SegmentEntry entry, KnownRanges known, long? before)
    {
        if (numbering != Numbering || entry.Name.Range is not { } range)
            return false;
        var wasReadBefore = range.UpTo <= before;
        return !wasReadBefore && known.Covers(range);
    }

    /// <summary>True when no candidate is left.</summary>
    public bool IsEmpty => waiting.Count == 0;

    /// <summary>Removes all segments of the current numbering.</summary>
    public void DropNumbering() => waiting.RemoveAll(known => known.Numbering == Numbering);

    /// <summary>
    /// Removes and returns the segment that continues the sequence. Whole segments are preferred, then the one with the highest last id. If no
    /// segment continues the sequence, it is the one with the lowest id; a sequence starts in the earliest window. Null when all remaining ids of
    /// this numbering are known.
    /// </summary>
    public SegmentEntry? TakeNext(long? cursor, KnownRanges known)
    {
        waiting.RemoveAll(one => one.Numbering == Numbering && known.Covers(one.Entry.Name.Range!.Value));
        var best = FindNext(cursor);
        if (best is not null)
            waiting.RemoveAll(one => ReferenceEquals(one.Entry, best));
        return best;
    }

    /// <summary>The other segments that share ids with a segment, including those with no new ids, which are never taken.</summary>
    public IReadOnlyList<SegmentEntry> FindOverlapping(SegmentEntry entry)
    {
        List<SegmentEntry>? overlapping = null;
        var range = entry.Name.Range!.Value;
        foreach (var (other, numbering) in waiting)
            if (numbering == Numbering && other.Name.Range!.Value is var otherRange && otherRange.After < range.UpTo && otherRange.UpTo > range.After)
                (overlapping ??= []).Add(other);
        return overlapping ?? [];
    }

    /// <summary>
    /// True when a segment outside of a period affects the events of the period: another segment of the period has the same ids, or the next segment
    /// is in the period. Before the period, every segment with the same ids counts, because it may contain the first events of the period, and a next
    /// segment after the period counts too: it is in a wrong place, and whether its ids come first depends on whether this segment is readable.
    /// </summary>
    public bool AffectsPeriod(SegmentEntry entry, Period period)
    {
        var range = entry.Name.Range!.Value;
        var isBefore = entry.Name.Window.StartMicros < period.From;
        foreach (var (other, numbering) in waiting)
            if (numbering == Numbering && (period.Overlaps(other.Name.Window) || isBefore) && other.Name.Range!.Value is var otherRange && otherRange.After < range.UpTo && otherRange.UpTo > range.After)
                return true;
        return (FindNext(range.UpTo) ?? next) is { } following && (isBefore ? following.Name.Window.EndMicros > period.From : period.Overlaps(following.Name.Window));
    }

    /// <summary>True when another segment of the current numbering is in a window. A sequence that has not started starts there if the first segment of the window is not readable.</summary>
    public bool HasSegmentIn(Window window)
    {
        foreach (var (other, numbering) in waiting)
            if (numbering == Numbering && other.Name.Window.StartMicros == window.StartMicros)
                return true;
        return false;
    }

    private SegmentEntry? FindNext(long? cursor)
    {
        SegmentEntry? best = null;
        foreach (var (entry, numbering) in waiting)
            if (numbering == Numbering && (best is null || ComesBefore(entry, best, cursor)))
                best = entry;
        return best;
    }

    private long EarliestStart()
    {
        var first = long.MaxValue;
        foreach (var (entry, _) in waiting)
            first = Math.Min(first, entry.Name.Window.StartMicros);
        return first;
    }

    private static bool ComesBefore(SegmentEntry one, SegmentEntry other, long? cursor)
    {
        if (cursor is null && one.Name.Window.StartMicros != other.Name.Window.StartMicros)
            return one.Name.Window.StartMicros < other.Name.Window.StartMicros;
        var (after, otherAfter) = (EffectiveAfter(one, cursor), EffectiveAfter(other, cursor));
        if (after != otherAfter)
            return after < otherAfter;
        return one.Name.IsWhole != other.Name.IsWhole ? one.Name.IsWhole : one.Name.Range!.Value.UpTo > other.Name.Range!.Value.UpTo;
    }

    /// <summary>The id after which a segment has ids to merge: its own first one, or the cursor if the segment contains the cursor.</summary>
    private static long EffectiveAfter(SegmentEntry entry, long? cursor) =>
        entry.Name.Range!.Value is var range && range.UpTo > cursor ? Math.Max(range.After, cursor.Value) : range.After;
}
