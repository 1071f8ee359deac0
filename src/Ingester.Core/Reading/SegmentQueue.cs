using Ingester.Core.Segments;

namespace Ingester.Core.Reading;

/// <summary>
/// The segments of one numbered stream that may come next. It reads so far ahead in the listing that a late event, whose window lies before or
/// after its neighbours', is seen in time; no further.
/// </summary>
internal sealed class SegmentQueue(IAsyncEnumerator<SegmentEntry> entries, Epochs epochs)
{
    /// <summary>How far events may stray from the order of their windows: two of the longest.</summary>
    private const long Ahead = 120 * Window.MicrosPerMinute;

    private readonly List<(SegmentEntry Entry, int Epoch)> waiting = [];
    private SegmentEntry? next;
    private bool ended;

    /// <summary>The numbering of what comes next.</summary>
    public int Epoch { get; private set; } = int.MinValue;

    /// <summary>Lists on; false when nothing is left.</summary>
    public async Task<bool> FillAsync()
    {
        while (true)
        {
            if (next is null && !ended)
            {
                ended = !await entries.MoveNextAsync();
                next = ended ? null : entries.Current;
            }

            if (next is null || (waiting.Count > 0 && next.Name.Window.StartMicros > waiting.Min(known => known.Entry.Name.Window.StartMicros) + Ahead))
                break;
            epochs.Add(waiting, next);
            next = null;
        }

        if (waiting.Count == 0)
            return false;
        Epoch = waiting.Min(known => known.Epoch);
        return true;
    }

    /// <summary>
    /// Takes out what carries a sequence on, whole segments first, then the one that reaches furthest; where nothing does, what begins next. Null
    /// when all that was left of this numbering is known already.
    /// </summary>
    public SegmentEntry? Take(long? cursor)
    {
        if (cursor is { } upTo)
            waiting.RemoveAll(known => known.Epoch == Epoch && known.Entry.Name.Range!.Value.UpTo <= upTo);
        var (best, place) = ((SegmentEntry?)null, -1);
        for (var i = 0; i < waiting.Count; i++)
            if (waiting[i].Epoch == Epoch && (best is null || IsBetter(waiting[i].Entry, best, cursor)))
                (best, place) = (waiting[i].Entry, i);
        if (place >= 0)
            waiting.RemoveAt(place);
        return best;
    }

    private static bool IsBetter(SegmentEntry one, SegmentEntry other, long? cursor)
    {
        var (after, otherAfter) = (Begin(one, cursor), Begin(other, cursor));
        if (after != otherAfter)
            return after < otherAfter;
        return one.Name.Whole != other.Name.Whole ? one.Name.Whole : one.Name.Range!.Value.UpTo > other.Name.Range!.Value.UpTo;
    }

    private static long Begin(SegmentEntry entry, long? cursor) => Math.Max(entry.Name.Range!.Value.After, cursor ?? long.MinValue);
}
