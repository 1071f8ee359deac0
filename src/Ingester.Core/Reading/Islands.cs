using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>A stretch of one numbering that is stored without a hole, by one segment or by many that meet.</summary>
/// <param name="Epoch">The numbering.</param>
/// <param name="Range">What it covers.</param>
/// <param name="FirstStart">The start of the earliest window that it has an event in.</param>
/// <param name="LastStart">The start of the latest.</param>
internal readonly record struct Island(int Epoch, SequenceRange Range, long FirstStart, long LastStart)
{
    /// <summary>True when events before and after a window are in it, so that all events of that window are.</summary>
    public bool Spans(long start) => FirstStart < start && LastStart > start;
}

/// <summary>What the names of a stream's segments prove together.</summary>
internal static class Islands
{
    /// <summary>The stretches in order of numberings and sequence. The segments come in the order of their windows.</summary>
    public static IReadOnlyList<Island> Of(IEnumerable<SegmentEntry> entries, Epochs epochs)
    {
        var known = new List<(SegmentEntry Entry, int Epoch)>();
        foreach (var entry in entries)
            epochs.Add(known, entry);
        var islands = new List<Island>();
        foreach (var (entry, epoch) in known.OrderBy(one => one.Epoch).ThenBy(one => one.Entry.Name.Range!.Value.After))
        {
            var (range, start) = (entry.Name.Range!.Value, entry.Name.Window.StartMicros);
            if (islands.Count > 0 && islands[^1] is var last && last.Epoch == epoch && range.After <= last.Range.UpTo)
                islands[^1] = new(epoch, new(last.Range.After, Math.Max(last.Range.UpTo, range.UpTo)),
                    Math.Min(last.FirstStart, start), Math.Max(last.LastStart, start));
            else
                islands.Add(new(epoch, range, start, start));
        }

        return islands;
    }

    /// <summary>The holes between stretches of the same numbering.</summary>
    public static IEnumerable<(Island Before, Island After)> Holes(IReadOnlyList<Island> islands) =>
        islands.Zip(islands.Skip(1)).Where(pair => pair.First.Epoch == pair.Second.Epoch);
}
