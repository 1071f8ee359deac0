using System.Text.Json;
using Ingester.Core.Sequencing;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Merging;

/// <summary>The last diffs of the merge. They are compared with diffs that group some of the same ids differently.</summary>
internal sealed class RecentDiffs
{
    /// <summary>Number of diffs kept.</summary>
    public const int Capacity = 64;

    private readonly (SequenceRange Range, byte[] Line, int Length)[] ring = new (SequenceRange, byte[], int)[Capacity];
    private long count;

    /// <summary>Adds a diff; the oldest is dropped.</summary>
    public void Add(SequenceRange range, ReadOnlyMemory<byte> line)
    {
        ref var place = ref ring[count++ % Capacity];
        if (place.Line is null || place.Line.Length < line.Length)
            place.Line = new byte[line.Length * 2];
        line.CopyTo(place.Line);
        (place.Range, place.Length) = (range, line.Length);
    }

    /// <summary>True when a diff with exactly these ids is kept.</summary>
    public bool Contains(SequenceRange range) => Remembered().Any(row => row.Range == range);

    /// <summary>
    /// True when the kept diffs with the ids of a row contain every level of the row: then the row is the same data, grouped differently. The sizes
    /// must be equal too if the kept diffs cover no other ids. A diff over more ids contains only the last size of each level.
    /// </summary>
    public bool ContainsLevelsOf(LoadedRow row)
    {
        var range = row.Range!.Value;
        var overlapping = Remembered().Where(one => one.Range.After < range.UpTo && one.Range.UpTo > range.After).ToList();
        if (overlapping.Count == 0 || overlapping.Min(one => one.Range.After) > range.After)
            return false; // older than the diffs kept: not known
        var withSizes = overlapping.TrueForAll(one => one.Range.After >= range.After && one.Range.UpTo <= range.UpTo);
        var levels = overlapping.SelectMany(one => ReadLevels(one.Line.AsMemory(0, one.Length), withSizes)).ToHashSet(StringComparer.Ordinal);
        return ReadLevels(row.Line, withSizes).All(levels.Contains);
    }

    private IEnumerable<(SequenceRange Range, byte[] Line, int Length)> Remembered() => ring.Take((int)Math.Min(count, Capacity));

    private static List<string> ReadLevels(ReadOnlyMemory<byte> line, bool withSizes)
    {
        using var json = JsonDocument.Parse(line);
        var levels = new List<string>();
        foreach (var side in (string[])["bids", "asks"])
            if (json.RootElement.TryGetProperty(side, out var list))
                foreach (var level in list.EnumerateArray())
                    levels.Add($"{side} {level[0].GetRawText()} {(withSizes ? level[1].GetRawText() : "")}");
        return levels;
    }
}
