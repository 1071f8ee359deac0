using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ingester.Core.Keys;
using Ingester.Core.Markets;

namespace Ingester.Checking;

/// <summary>What the recorder stored during a check: whole windows, fragments, snapshots, gaps and quarantined frames.</summary>
internal sealed partial record StoredResults
{
    private const int MaxExampleLength = 400;

    /// <summary>Number of whole windows by dataset.</summary>
    public required IReadOnlyDictionary<Dataset, int> Whole { get; init; }

    /// <summary>Number of fragments by dataset.</summary>
    public required IReadOnlyDictionary<Dataset, int> Fragments { get; init; }

    /// <summary>Number of stored snapshots.</summary>
    public required int Snapshots { get; init; }

    /// <summary>Number of gap rows by dataset and cause, those that report the end of a gap included.</summary>
    public required IReadOnlyDictionary<(Dataset Dataset, string Cause), int> Gaps { get; init; }

    /// <summary>Quarantined frames by reason, the most frequent first.</summary>
    public required IReadOnlyList<QuarantineGroup> Quarantined { get; init; }

    /// <summary>Reads the store of a check.</summary>
    /// <param name="directory">The directory of the store.</param>
    public static StoredResults Read(string directory)
    {
        var keys = Directory.EnumerateFiles(directory, "*.json.gz", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(directory, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal).ToList();
        var segments = keys.Select(key => SegmentKey.TryParse("", key, out var name) ? name : null).OfType<SegmentKey>().ToList();
        return new()
        {
            Whole = segments.Where(segment => segment.IsWhole).CountBy(segment => segment.Stream.Dataset).ToDictionary(),
            Fragments = segments.Where(segment => !segment.IsWhole).CountBy(segment => segment.Stream.Dataset).ToDictionary(),
            Snapshots = KeysOf(keys, Dataset.Snapshots).Count(),
            Gaps = Rows(directory, KeysOf(keys, Dataset.Gaps)).Select(ParseGap).CountBy(gap => gap).ToDictionary(),
            Quarantined = Group(Rows(directory, KeysOf(keys, Dataset.Quarantine))),
        };
    }

    private static IEnumerable<string> KeysOf(IEnumerable<string> keys, Dataset dataset) => keys.Where(key => key.StartsWith($"{dataset.Name()}/", StringComparison.Ordinal));

    private static IEnumerable<JsonElement> Rows(string directory, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            using var file = File.OpenRead(Path.Combine(directory, key));
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            using var reader = new StreamReader(plain);
            while (reader.ReadLine() is { } line)
                yield return JsonElement.Parse(line);
        }
    }

    private static (Dataset Dataset, string Cause) ParseGap(JsonElement row) =>
        (DatasetNames.TryParse(row.GetProperty("dataset").GetString()!, out var dataset) ? dataset : Dataset.Gaps, row.GetProperty("cause").GetString()!);

    private static List<QuarantineGroup> Group(IEnumerable<JsonElement> rows) =>
        [.. rows.GroupBy(row => Digits().Replace(row.GetProperty("reason").GetString()!, "#"), StringComparer.Ordinal)
            .Select(group => new QuarantineGroup(group.First().GetProperty("reason").GetString()!, group.Count(), ExampleOf(group.First())))
            .OrderByDescending(group => group.Frames)];

    private static string ExampleOf(JsonElement row)
    {
        var text = row.TryGetProperty("frame", out var frame) ? frame.GetString()! : $"base64 {row.GetProperty("base64").GetString()}";
        return text.Length <= MaxExampleLength ? text : $"{text[..MaxExampleLength]}…";
    }

    /// <summary>Numbers in reasons, such as positions, which differ between frames of one kind.</summary>
    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
