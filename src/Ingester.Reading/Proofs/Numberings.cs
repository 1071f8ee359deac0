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
    private (Window Window, SequenceRange Range, int Numbering)? lastWhole;
    private (Window Window, SequenceRange Range, int Numbering)? previousWhole; // if the name of lastWhole is wrong, the numbering continues from here
    private (Window Window, SequenceRange Range, int Numbering)? lowerWhole; // a whole segment with lower ids; a second one that continues it is a reset

    /// <summary>Reads the resets of one stream. Several replicas may report the same reset.</summary>
    public Numberings(StreamId stream, IEnumerable<GapRecord> gaps)
    {
        foreach (var mark in gaps.Where(gap => gap.Stream == stream && gap is { IsReset: true, After: not null, UpTo: not null }).OrderBy(gap => gap.To))
        {
            // A reset is between the last event before it and the first event after it, in either order of their times: the clock of the exchange may
            // have been set back. Reports that overlap are one reset; the latest start is the most exact.
            if (resets.Count > 0 && Begin(mark) < End(resets[^1]))
                resets[^1] = mark.From > resets[^1].From ? mark : resets[^1];
            else
                resets.Add(mark);
        }
    }

    /// <summary>The numbering at a time, according to the reported resets that no added segment contradicts.</summary>
    public int At(long micros) => resets.Count(mark => mark.From < micros);

    /// <summary>Adds a segment to the known ones, with its numbering.</summary>
    public void Add(List<(SegmentEntry Entry, int Numbering)> known, SegmentEntry entry)
    {
        if (entry.Name is not { Range: { } range, Window: var window })
            return;
        RemoveContradictedResets(known, window, range);
        var numbering = inferredResets + ReportedResetsBefore(window, range);
        if (resets.Exists(mark => IsAmbiguous(mark, window, range)))
            numbering = known.Where(other => SharesIds(other.Entry, window, range) && !IsAmbiguous(other.Entry)).Select(other => (int?)other.Numbering).FirstOrDefault() ?? numbering;
        else
            for (var i = 0; i < known.Count; i++)
                if (SharesIds(known[i].Entry, window, range) && IsAmbiguous(known[i].Entry))
                    known[i] = (known[i].Entry, numbering);
        if (entry.Name.IsWhole)
            numbering = DetectReset(known, window, range, numbering);
        known.Add((entry, numbering));
    }

    /// <summary>
    /// Removes resets to higher ids that a segment contradicts: a segment ends at a reset, so ids of both sides in one segment are one numbering.
    /// </summary>
    private void RemoveContradictedResets(List<(SegmentEntry Entry, int Numbering)> known, Window window, SequenceRange range)
    {
        for (var reset = resets.Count - 1; reset >= 0; reset--)
        {
            var mark = resets[reset];
            if (!IsDuring(mark, window) || mark.UpTo < mark.After || range.After >= mark.After || range.UpTo <= mark.UpTo)
                continue;
            resets.RemoveAt(reset);
            for (var i = 0; i < known.Count; i++)
                if (known[i].Numbering > reset + inferredResets)
                    known[i] = (known[i].Entry, known[i].Numbering - 1);
        }
    }

    /// <summary>
    /// The number of reported resets before a segment. The search starts at the time of its window. From there only the nearest reset in each
    /// direction is compared, because the ids of a reset give no information about numberings that are not adjacent to it.
    /// </summary>
    private int ReportedResetsBefore(Window window, SequenceRange range)
    {
        var count = resets.Count(mark => window.StartMicros > End(mark));
        while (count < resets.Count && IsAfter(resets[count], window, range))
            count++;
        while (count > 0 && !IsAfter(resets[count - 1], window, range))
            count--;
        return count;
    }

    /// <summary>
    /// Detects a reset that no replica reported: a whole segment of a later window with lower ids, and a second one that continues it. A single one
    /// may have a wrong name.
    /// </summary>
    private int DetectReset(List<(SegmentEntry Entry, int Numbering)> known, Window window, SequenceRange range, int numbering)
    {
        if (lastWhole is not { } last || last.Numbering != numbering || window.StartMicros < last.Window.EndMicros || range.After >= last.Range.UpTo)
        {
            (previousWhole, lastWhole) = (lastWhole?.Numbering == numbering ? lastWhole : null, (window, range, numbering));
            lowerWhole = null;
        }
        else if (previousWhole is { } before && range.After >= before.Range.UpTo)
        {
            (lastWhole, lowerWhole) = ((window, range, numbering), null);
        }
        else if (lowerWhole is { } first && range.After >= first.Range.UpTo && window.StartMicros >= first.Window.EndMicros)
        {
            inferredResets++;
            numbering++;
            for (var i = 0; i < known.Count; i++)
                if (known[i].Numbering == numbering - 1 && known[i].Entry.Name is { Range: { } earlier, Window: var place }
                    && place.StartMicros >= last.Window.EndMicros && earlier.After < range.UpTo)
                    known[i] = (known[i].Entry, numbering); // the start of the new numbering, which could not be proven earlier
            (previousWhole, lastWhole, lowerWhole) = ((first.Window, first.Range, numbering), (window, range, numbering), null);
        }
        else
        {
            lowerWhole = (window, range, numbering);
        }

        return numbering;
    }

    /// <summary>
    /// True for ids that exist in both numberings around a reset, in its window. Only another segment that contains them and reaches further shows
    /// which numbering it is.
    /// </summary>
    private static bool IsAmbiguous(GapRecord mark, Window window, SequenceRange range) =>
        IsDuring(mark, window) && range.After > mark.UpTo && range.UpTo < mark.After;

    private static bool IsDuring(GapRecord mark, Window window) => window.EndMicros > Begin(mark) && window.StartMicros <= End(mark);

    private static long Begin(GapRecord mark) => Math.Min(mark.From, mark.To);

    private static long End(GapRecord mark) => Math.Max(mark.From, mark.To);

    private static bool SharesIds(SegmentEntry other, Window window, SequenceRange range) =>
        other.Name.Window == window && other.Name.Range is { } own && own.After < range.UpTo && own.UpTo > range.After;

    private bool IsAmbiguous(SegmentEntry entry) => resets.Count > 0 && resets.Exists(mark => IsAmbiguous(mark, entry.Name.Window, entry.Name.Range!.Value));

    /// <summary>
    /// True for a segment of the numbering after a reset. Its window shows that, unless its name is wrong: the old numbering has no ids after the
    /// last one, and the new numbering has none before the first one.
    /// </summary>
    private static bool IsAfter(GapRecord mark, Window window, SequenceRange range)
    {
        if (window.EndMicros <= Begin(mark))
            return range.UpTo > mark.After && range.After >= mark.UpTo;
        if (window.StartMicros > End(mark))
            return range.UpTo > mark.UpTo || range.UpTo > mark.After;
        if (range.UpTo <= mark.After && range.UpTo <= mark.UpTo)
            return false;
        if (range.After >= mark.After && range.After >= mark.UpTo)
            return true;
        var (toOld, toNew) = (Distance(range.UpTo, mark.After!.Value), Distance(range.After, mark.UpTo!.Value));
        return toNew < toOld;
    }

    private static UInt128 Distance(long one, long other) => (UInt128)Int128.Abs((Int128)one - other);
}
