using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;

namespace Ingester.Reading.Merging;

/// <summary>
/// The segments of one numbered stream that may come next. It reads so far ahead in the listing that a late event, whose window lies before or
/// after its neighbours', is seen in time; no further.
/// </summary>
internal sealed class SegmentQueue(IAsyncEnumerator<SegmentEntry> entries, Epochs epochs)
{
    /// <summary>How far events may stray from the order of their windows: two of the longest.</summary>
    public const long Ahead = 120 * Window.MicrosPerMinute;

    private readonly List<(SegmentEntry Entry, int Epoch)> waiting = [];
    private readonly Queue<SegmentEntry> strays = new();
    private SegmentEntry? next;
    private bool ended;

    /// <summary>The numbering of what comes next.</summary>
    public int Epoch { get; private set; } = int.MinValue;

    /// <summary>Objects that cannot hold what their names say: they are not among what comes next.</summary>
    public Queue<SegmentEntry> Absurd { get; } = new();

    /// <summary>True when some are left that stand long after all others with their ids.</summary>
    public bool HasStrays => strays.Count > 0;

    /// <summary>
    /// Takes out a segment that stands so long after all others with their ids that nothing can be compared with it (most likely its ids are wrong), when all before it was taken.
    /// </summary>
    public SegmentEntry? NextStray() => strays.TryPeek(out var stray) && (IsEmpty || First() >= stray.Name.Window.StartMicros) ? strays.Dequeue() : null;

    /// <summary>Lists on; false when nothing is left.</summary>
    /// <param name="known">The ids of the present numbering that were followed.</param>
    /// <param name="before">What ends at this id or before it was read another time; null for nothing.</param>
    public async Task<bool> FillAsync(KnownRanges known, long? before)
    {
        while (true)
        {
            if (next is null && !ended)
            {
                ended = !await entries.MoveNextAsync();
                next = ended ? null : entries.Current;
            }

            if (next is null || (waiting.Count > 0 && next.Name.Window.StartMicros > First() + Ahead))
                break;
            if (next.IsAbsurd)
                Absurd.Enqueue(next);
            else
                epochs.Add(waiting, next);
            if (waiting.Count > 0 && ReferenceEquals(waiting[^1].Entry, next) && waiting[^1].Epoch == Epoch && next.Name.Range is { } range && !(range.UpTo <= before) && known.Covers(range))
            {
                waiting.RemoveAt(waiting.Count - 1);
                strays.Enqueue(next);
            }

            next = null;
        }

        if (waiting.Count == 0)
            return false;
        Epoch = waiting.Min(known => known.Epoch);
        return true;
    }

    /// <summary>True when nothing is waiting.</summary>
    public bool IsEmpty => waiting.Count == 0;

    /// <summary>Leaves out everything of the numbering that comes next.</summary>
    public void DropEpoch() => waiting.RemoveAll(known => known.Epoch == Epoch);

    /// <summary>
    /// Takes out what carries a sequence on, whole segments first, then the one that reaches furthest; where nothing does, what begins next. A sequence
    /// begins in the earliest window. Null when all that was left of this numbering is known already.
    /// </summary>
    public SegmentEntry? Take(long? cursor, KnownRanges known)
    {
        waiting.RemoveAll(one => one.Epoch == Epoch && known.Covers(one.Entry.Name.Range!.Value));
        var best = Best(cursor);
        if (best is not null)
            waiting.RemoveAll(one => ReferenceEquals(one.Entry, best));
        return best;
    }

    /// <summary>What has ids of a segment, too, also where it has no others and is not going to be read for its own sake.</summary>
    public IReadOnlyList<SegmentEntry> Rivals(SegmentEntry entry)
    {
        List<SegmentEntry>? rivals = null;
        var range = entry.Name.Range!.Value;
        foreach (var (other, epoch) in waiting)
            if (epoch == Epoch && other.Name.Range!.Value is var own && own.After < range.UpTo && own.UpTo > range.After)
                (rivals ??= []).Add(other);
        return rivals ?? [];
    }

    /// <summary>
    /// True when what a segment holds decides about the events of a period, in which it has none: another one has the same ids, or the next segment lies in the period. Before
    /// the period any other one counts, for what it hides may be what the period begins with.
    /// </summary>
    public bool Matters(SegmentEntry entry, Period period)
    {
        var range = entry.Name.Range!.Value;
        foreach (var (other, epoch) in waiting)
            if (epoch == Epoch && (period.Touches(other.Name.Window) || entry.Name.Window.StartMicros < period.From) && other.Name.Range!.Value is var own && own.After < range.UpTo && own.UpTo > range.After)
                return true;
        return (Best(range.UpTo) ?? next) is { } following && period.Touches(following.Name.Window);
    }

    private SegmentEntry? Best(long? cursor)
    {
        SegmentEntry? best = null;
        foreach (var (entry, epoch) in waiting)
            if (epoch == Epoch && (best is null || IsBetter(entry, best, cursor)))
                best = entry;
        return best;
    }

    private long First()
    {
        var first = long.MaxValue;
        foreach (var (entry, _) in waiting)
            first = Math.Min(first, entry.Name.Window.StartMicros);
        return first;
    }

    private static bool IsBetter(SegmentEntry one, SegmentEntry other, long? cursor)
    {
        if (cursor is null && one.Name.Window.StartMicros != other.Name.Window.StartMicros)
            return one.Name.Window.StartMicros < other.Name.Window.StartMicros;
        var (after, otherAfter) = (Begin(one, cursor), Begin(other, cursor));
        if (after != otherAfter)
            return after < otherAfter;
        return one.Name.Whole != other.Name.Whole ? one.Name.Whole : one.Name.Range!.Value.UpTo > other.Name.Range!.Value.UpTo;
    }

    private static long Begin(SegmentEntry entry, long? cursor) => Math.Max(entry.Name.Range!.Value.After, cursor ?? long.MinValue);
}
