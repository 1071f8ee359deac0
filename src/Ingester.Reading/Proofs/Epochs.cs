using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>
/// Which numbering a segment belongs to: readers order by that first. Replicas mark each reset in their gaps; where every mark was lost, a whole
/// segment of a later window with lower ids is one all the same. Segments are to be added in the order of their windows.
/// </summary>
internal sealed class Epochs
{
    private readonly List<GapRecord> marks = [];
    private int inferred;
    private (Window Window, SequenceRange Range, int Epoch)? lastWhole;
    private (Window Window, SequenceRange Range, int Epoch)? wholeBefore; // where lastWhole stands under a wrong name, the numbering goes on from here
    private (Window Window, SequenceRange Range, int Epoch)? low; // a whole segment with lower ids: a second one that goes on from it is a reset

    /// <summary>Takes the marks of one stream; several replicas mark the same reset.</summary>
    public Epochs(StreamId stream, IEnumerable<GapRecord> gaps)
    {
        foreach (var mark in gaps.Where(gap => gap.Stream == stream && gap is { IsReset: true, After: not null, UpTo: not null }).OrderBy(gap => gap.To))
        {
            // One reset lies between the last event before and the first after it: two that overlap are the same, and the later beginning is the closer.
            if (marks.Count > 0 && mark.From < marks[^1].To)
                marks[^1] = mark.From > marks[^1].From ? mark : marks[^1];
            else
                marks.Add(mark);
        }
    }

    /// <summary>The numbering that was in force at a time, by the marks.</summary>
    public int At(long micros) => marks.Count(mark => mark.From < micros);

    /// <summary>Adds a segment to those that are known, with its numbering.</summary>
    public void Add(List<(SegmentEntry Entry, int Epoch)> known, SegmentEntry entry)
    {
        if (entry.Name is not { Range: { } range, Window: var window })
            return;
        var epoch = inferred + marks.Count(mark => IsAfter(mark, window, range));
        if (marks.Exists(mark => IsInBoth(mark, window, range)))
            epoch = known.Where(other => SharesIds(other.Entry, window, range) && !IsInBoth(other.Entry)).Select(other => (int?)other.Epoch).FirstOrDefault() ?? epoch;
        else
            for (var i = 0; i < known.Count; i++)
                if (SharesIds(known[i].Entry, window, range) && IsInBoth(known[i].Entry))
                    known[i] = (known[i].Entry, epoch);
        if (entry.Name.Whole)
            epoch = Follow(known, window, range, epoch);
        known.Add((entry, epoch));
    }

    /// <summary>
    /// A whole segment of a later window with lower ids, and another one that goes on from it, are a new numbering. One alone may stand under a wrong name.
    /// </summary>
    private int Follow(List<(SegmentEntry Entry, int Epoch)> known, Window window, SequenceRange range, int epoch)
    {
        if (lastWhole is not { } last || last.Epoch != epoch || window.StartMicros < last.Window.EndMicros || range.After >= last.Range.UpTo)
        {
            (wholeBefore, lastWhole) = (lastWhole?.Epoch == epoch ? lastWhole : null, (window, range, epoch));
            low = null;
        }
        else if (wholeBefore is { } before && range.After >= before.Range.UpTo)
        {
            (lastWhole, low) = ((window, range, epoch), null);
        }
        else if (low is { } first && range.After >= first.Range.UpTo && window.StartMicros >= first.Window.EndMicros)
        {
            inferred++;
            epoch++;
            for (var i = 0; i < known.Count; i++)
                if (known[i].Epoch == epoch - 1 && known[i].Entry.Name is { Range: { } earlier, Window: var place }
                    && place.StartMicros >= last.Window.EndMicros && earlier.UpTo <= range.After)
                    known[i] = (known[i].Entry, epoch); // the beginning of the new numbering, before anything could be proven of it
            (wholeBefore, lastWhole, low) = ((first.Window, first.Range, epoch), (window, range, epoch), null);
        }
        else
        {
            low = (window, range, epoch);
        }

        return epoch;
    }

    /// <summary>True for ids that exist in both numberings around a mark, in its window: only another segment that holds them and reaches further tells which one it is.</summary>
    private static bool IsInBoth(GapRecord mark, Window window, SequenceRange range) =>
        window.EndMicros > mark.From && window.StartMicros <= mark.To && range.After > mark.UpTo && range.UpTo < mark.After;

    private static bool SharesIds(SegmentEntry other, Window window, SequenceRange range) =>
        other.Name.Window == window && other.Name.Range is { } own && own.After < range.UpTo && own.UpTo > range.After;

    private bool IsInBoth(SegmentEntry entry) => marks.Count > 0 && marks.Exists(mark => IsInBoth(mark, entry.Name.Window, entry.Name.Range!.Value));

    private static bool IsAfter(GapRecord mark, Window window, SequenceRange range)
    {
        if (window.EndMicros <= mark.From)
            return false;
        if (window.StartMicros > mark.To)
            return true;
        var (toOld, toNew) = (Distance(range.UpTo, mark.After!.Value), Distance(range.After, mark.UpTo!.Value));
        return toNew < toOld;
    }

    private static UInt128 Distance(long one, long other) => (UInt128)Int128.Abs((Int128)one - other);
}
