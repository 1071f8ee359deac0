using System;
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
internal sealed class Numberings
{
    private readonly List<GapRecord> resets = [];
    private int inferredResets;
    private (Window Window, SequenceRange Range, int Epoch)? lastWhole;
    private (Window Window, SequenceRange Range, int Epoch)? previousWhole; // if the name of lastWhole is wrong, the numbering continues from here
    private (Window Window, SequenceRange Range, int Epoch)? lowerWhole; // a whole segment with lower ids; a second one that continues it is a reset

    /// <summary>Reads the resets of one stream. Several replicas may report the same reset.</summary>
    public Numberings(StreamId stream, IEnumerable<GapRecord> gaps)
    {
        foreach (var mark in gaps.Where(gap => gap.Stream == stream && gap is { IsReset: true, After: not null, UpTo: not null }).OrderBy(gap => gap.To))
        {
            // A reset is between the last event before it and the first event after it. Reports that overlap are one reset; the latest start is the
            // most exact.
            if (resets.Count > 0 && mark.From < resets[^1].To)
                resets[^1] = mark.From > resets[^1].From ? mark : resets[^1];
            else
                resets.Add(mark);
        }
    }

    /// <summary>The numbering at a time, according to the reported resets.</summary>
    public int At(long micros) => resets.Count(mark => mark.From < micros);

    /// <summary>Adds a segment to the known ones, with its numbering.</summary>
    public void Add(List<(SegmentEntry Entry, int Epoch)> known, SegmentEntry entry)
    {
        if (entry.Name is not { Range: { } range, Window: var window })
            return;
        var epoch = inferredResets + resets.Count(mark => IsAfter(mark, window, range));
        if (resets.Exists(mark => IsAmbiguous(mark, window, range)))
            epoch = known.Where(other => SharesIds(other.Entry, window, range) && !IsAmbiguous(other.Entry)).Select(other => (int?)other.Epoch).FirstOrDefault() ?? epoch;
        else
            for (var i = 0; i < known.Count; i++)
                if (SharesIds(known[i].Entry, window, range) && IsAmbiguous(known[i].Entry))
                    known[i] = (known[i].Entry, epoch);
        if (entry.Name.IsWhole)
            epoch = DetectReset(known, window, range, epoch);
        known.Add((entry, epoch));
    }

    /// <summary>
    /// Detects a reset that no replica reported: a whole segment of a later window with lower ids, and a second one that continues it. A single one
    /// may have a wrong name.
    /// </summary>
    private int DetectReset(List<(SegmentEntry Entry, int Epoch)> known, Window window, SequenceRange range, int epoch)
    {
        if (lastWhole is not { } last || last.Epoch != epoch || window.StartMicros < last.Window.EndMicros || range.After >= last.Range.UpTo)
        {
            (previousWhole, lastWhole) = (lastWhole?.Epoch == epoch ? lastWhole : null, (window, range, epoch));
            lowerWhole = null;
        }
        else if (previousWhole is { } before && range.After >= before.Range.UpTo)
        {
            (lastWhole, lowerWhole) = ((window, range, epoch), null);
        }
        else if (lowerWhole is { } first && range.After >= first.Range.UpTo && window.StartMicros >= first.Window.EndMicros)
        {
            inferredResets++;
            epoch++;
            for (var i = 0; i < known.Count; i++)
                if (known[i].Epoch == epoch - 1 && known[i].Entry.Name is { Range: { } earlier, Window: var place }
                    && place.StartMicros >= last.Window.EndMicros && earlier.UpTo <= range.After)
                    known[i] = (known[i].Entry, epoch); // the start of the new numbering, which could not be proven earlier
            (previousWhole, lastWhole, lowerWhole) = ((first.Window, first.Range, epoch), (window, range, epoch), null);
        }
        else
        {
            lowerWhole = (window, range, epoch);
        }

        return epoch;
    }

    /// <summary>
    /// True for ids that exist in both numberings around a reset, in its window. Only another segment that contains them and reaches further shows
    /// which numbering it is.
    /// </summary>
    private static bool IsAmbiguous(GapRecord mark, Window window, SequenceRange range) =>
        window.EndMicros > mark.From && window.StartMicros <= mark.To && range.After > mark.UpTo && range.UpTo < mark.After;

    private static bool SharesIds(SegmentEntry other, Window window, SequenceRange range) =>
        other.Name.Window == window && other.Name.Range is { } own && own.After < range.UpTo && own.UpTo > range.After;

    private bool IsAmbiguous(SegmentEntry entry) => resets.Count > 0 && resets.Exists(mark => IsAmbiguous(mark, entry.Name.Window, entry.Name.Range!.Value));

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
