using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Ingester.Reading.Objects;

namespace Ingester.Publishing.Export;

/// <summary>The objects of the store from which a day is exported: those whose rows are in the files.</summary>
internal sealed class InputList
{
    private readonly SortedDictionary<string, string> objects = new(StringComparer.Ordinal);
    private RowOrigin? last;

    /// <summary>Number of objects.</summary>
    public int Count => objects.Count;

    /// <summary>Adds the object of a row. Consecutive rows of one object cost nothing.</summary>
    public void Add(RowOrigin? origin)
    {
        if (origin is null || ReferenceEquals(origin, last))
            return;
        last = origin;
        objects[origin.Key] = origin.Sha256;
    }

    /// <summary>Adds an object.</summary>
    public void Add(string key, string sha256) => objects[key] = sha256;

    /// <summary>The hash of the list.</summary>
    public string ComputeSha256() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToText())));

    /// <summary>Writes the list as gzip.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellation)
    {
        await using var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        await gzip.WriteAsync(Encoding.UTF8.GetBytes(ToText()), cancellation);
    }

    /// <summary>What differs from an earlier list, in sentences.</summary>
    /// <param name="earlier">The decompressed earlier list.</param>
    public IReadOnlyList<string> Compare(string earlier)
    {
        const int MaxNames = 20;
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in earlier.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.LastIndexOf(' ') is > 0 and var space)
                before[line[..space]] = line[(space + 1)..];
        var sentences = new List<string>();
        Describe("added", [.. objects.Keys.Where(key => !before.ContainsKey(key))]);
        Describe("no longer used", [.. before.Keys.Where(key => !objects.ContainsKey(key)).Order(StringComparer.Ordinal)]);
        Describe("changed", [.. objects.Where(one => before.TryGetValue(one.Key, out var sha256) && sha256 != one.Value).Select(one => one.Key)]);
        return sentences;

        void Describe(string word, List<string> keys)
        {
            foreach (var key in keys.Take(MaxNames))
                sentences.Add($"Object {word}: {key}.");
            if (keys.Count > MaxNames)
                sentences.Add(string.Create(CultureInfo.InvariantCulture, $"{keys.Count - MaxNames} more objects {word}."));
        }
    }

    private string ToText()
    {
        var text = new StringBuilder();
        foreach (var (key, sha256) in objects)
            text.Append(key).Append(' ').Append(sha256).Append('\n');
        return text.ToString();
    }
}
