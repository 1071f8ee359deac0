using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>
/// Assigns segments to numberings; readers sort by numbering first. Replicas report each reset in their gaps. If no replica reported it, a reset is
/// inferred from whole segments of later windows with lower ids. Add the segments in the order of their windows.
/// </summary>
internal sealed class Epochs
{
    private readonly List<GapRecord> marks = [];
    private int inferred;
    private (Window Window, SequenceRange Range, int Epoch)? lastWhole;
    private (Window Window, SequenceRange Range, int Epoch)? wholeBefore; // if the name of lastWhole is wrong, the numbering continues from here
    private (Window Window, SequenceRange Range, int Epoch)? low; // a whole segment with lower ids; a second one that continues it is a reset

    /// <summary>Reads the resets of one stream. Several replicas may report the same reset.</summary>
    public Epochs(StreamId stream, IEnumerable<GapRecord> gaps)
    {
        foreach (var mark in gaps.Where(gap => gap.Stream == stream && gap is { IsReset: true, After: not null, UpTo: not null }).OrderBy(gap => gap.To))
        {
            // A reset is between the last event before it and the first event after it. Reports that overlap are one reset; the latest start is the
            // most exact.
            if (marks.Count > 0 && mark.From < marks[^1].To)
                marks[^1] = mark.From > marks[^1].From ? mark : marks[^1];
            else
                marks.Add(mark);
        }
    }

    /// <summary>The numbering at a time, according to the reported resets.</summary>
    public int At(long micros) => marks.Count(mark => mark.From < micros);

    /// <summary>Adds a segment to the known ones, with its numbering.</summary>
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
    /// Detects a reset that no replica reported: a whole segment of a later window with lower ids, and a second one that continues it. A single one
    /// may have a wrong name.
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
                    known[i] = (known[i].Entry, epoch); // the start of the new numbering, which could not be proven earlier
            (wholeBefore, lastWhole, low) = ((first.Window, first.Range, epoch), (window, range, epoch), null);
        }
        else
        {
            low = (window, range, epoch);
        }

        return epoch;
    }

    /// <summary>
    /// True for ids that exist in both numberings around a reset, in its window. Only another segment that contains them and reaches further shows
    /// which numbering it is.
    /// </summary>
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
