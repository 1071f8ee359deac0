using System;
using Ingester.Core.Keys;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Proofs;

/// <summary>A range of one numbering that is stored without a gap, by one segment or by several adjacent ones.</summary>
/// <param name="Numbering">The numbering.</param>
/// <param name="Range">The stored ids.</param>
/// <param name="EarliestWindowEnd">End of the earliest window with an event of the island.</param>
/// <param name="LatestWindowStart">Start of the latest window with an event of the island.</param>
/// <param name="LowestIdWindow">Window of the segment with the lowest id.</param>
/// <param name="HighestIdWindow">Window of the segment with the highest id.</param>
internal readonly record struct Island(int Numbering, SequenceRange Range, long EarliestWindowEnd, long LatestWindowStart, Window LowestIdWindow, Window HighestIdWindow)
{
    /// <summary>True when the island has events before and after a minute, so that it contains all events of that minute.</summary>
    public bool ContainsMinute(long minute) => EarliestWindowEnd <= minute && LatestWindowStart >= minute + Window.MicrosPerMinute;
}

/// <summary>Finds islands: the ranges that the names of a stream's segments prove to be stored without a gap.</summary>
internal static class IslandFinder
{
    /// <summary>The islands, ordered by numbering and id. The segments must be in the order of their windows.</summary>
    public static IReadOnlyList<Island> Of(IReadOnlyList<SegmentEntry> entries, Func<Numberings> epochsOf)
    {
        if (IsChain(entries))
            return [new(0, new(entries[0].Name.Range!.Value.After, entries[^1].Name.Range!.Value.UpTo),
                entries[0].Name.Window.EndMicros, entries[^1].Name.Window.StartMicros, entries[0].Name.Window, entries[^1].Name.Window)];
        var epochs = epochsOf();
        var known = new List<(SegmentEntry Entry, int Epoch)>();
        foreach (var entry in entries)
            epochs.Add(known, entry);
        var islands = new List<Island>();
        foreach (var (entry, epoch) in known.OrderBy(one => one.Epoch).ThenBy(one => one.Entry.Name.Range!.Value.After))
        {
            var (range, window) = (entry.Name.Range!.Value, entry.Name.Window);
            if (islands.Count > 0 && islands[^1] is var last && last.Numbering == epoch && range.After <= last.Range.UpTo)
                islands[^1] = new(epoch, new(last.Range.After, Math.Max(last.Range.UpTo, range.UpTo)), Math.Min(last.EarliestWindowEnd, window.EndMicros),
                    Math.Max(last.LatestWindowStart, window.StartMicros), last.LowestIdWindow, range.UpTo > last.Range.UpTo ? window : last.HighestIdWindow);
            else
                islands.Add(new(epoch, range, window.EndMicros, window.StartMicros, window, window));
        }

        return islands;
    }

    /// <summary>True for nearly all streams: each window has one segment, which starts where the previous one ended.</summary>
    private static bool IsChain(IReadOnlyList<SegmentEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
            if (entries[i].Name.Range?.After != entries[i - 1].Name.Range?.UpTo || entries[i].Name.Window.StartMicros < entries[i - 1].Name.Window.EndMicros)
                return false;
        return entries.Count > 0 && entries[0].Name.Range is not null;
    }

    /// <summary>The gaps between islands of the same numbering.</summary>
    public static IEnumerable<(Island Before, Island After)> FindGaps(IReadOnlyList<Island> islands) =>
        islands.Zip(islands.Skip(1)).Where(pair => pair.First.Numbering == pair.Second.Numbering);
}
