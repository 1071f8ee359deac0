using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>Finds the ranges that the names of a stream's segments prove to be stored without a gap.</summary>
internal static class ContiguousRangeFinder
{
    /// <summary>The ranges, ordered by numbering and id. The segments must be in the order of their windows.</summary>
    public static IReadOnlyList<ContiguousRange> Of(IReadOnlyList<SegmentEntry> entries, Func<Numberings> createNumberings)
    {
        if (IsChain(entries))
            return [new(0, new(entries[0].Name.Range!.Value.After, entries[^1].Name.Range!.Value.UpTo),
                entries[0].Name.Window.EndMicros, entries[^1].Name.Window.StartMicros, entries[0].Name.Window, entries[^1].Name.Window)];
        var numberings = createNumberings();
        var known = new List<(SegmentEntry Entry, int Numbering)>();
        foreach (var entry in entries)
            if (entry.Name.Range is not null)
                numberings.Add(known, entry);
        var found = new List<ContiguousRange>();
        foreach (var (entry, numbering) in known.OrderBy(one => one.Numbering).ThenBy(one => one.Entry.Name.Range!.Value.After))
        {
            var (range, window) = (entry.Name.Range!.Value, entry.Name.Window);
            if (found.Count > 0 && found[^1] is var last && last.Numbering == numbering && range.After <= last.Range.UpTo)
                found[^1] = new(numbering, new(last.Range.After, Math.Max(last.Range.UpTo, range.UpTo)), Math.Min(last.EarliestWindowEnd, window.EndMicros),
                    Math.Max(last.LatestWindowStart, window.StartMicros), last.LowestIdWindow, range.UpTo > last.Range.UpTo ? window : last.HighestIdWindow);
            else
                found.Add(new(numbering, range, window.EndMicros, window.StartMicros, window, window));
        }

        return found;
    }

    /// <summary>True for nearly all streams: each window has one segment, which starts where the previous one ended.</summary>
    private static bool IsChain(IReadOnlyList<SegmentEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
            if (entries[i].Name.Range?.After != entries[i - 1].Name.Range?.UpTo || entries[i].Name.Window.StartMicros < entries[i - 1].Name.Window.EndMicros)
                return false;
        return entries.Count > 0 && entries[0].Name.Range is not null;
    }

    /// <summary>The gaps between ranges of the same numbering.</summary>
    public static IEnumerable<(ContiguousRange Before, ContiguousRange After)> FindGaps(IReadOnlyList<ContiguousRange> ranges) =>
        ranges.Zip(ranges.Skip(1)).Where(pair => pair.First.Numbering == pair.Second.Numbering);
}
