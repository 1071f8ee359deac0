using System.Globalization;
using System.Text.Json;
using Ingester.Deriving.Objects;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Tests.Deriving;

/// <summary>A row of derived data, read without the code that wrote it.</summary>
internal sealed class DerivedRow(JsonElement json, int revision)
{
    public int Revision => revision;

    public string Condition => Text("condition")!;

    public long Micros => json.GetProperty("ts").GetInt64();

    public string? Text(string column) => json.GetProperty(column).GetString();

    public long? Integer(string column) => json.GetProperty(column) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;

    public decimal? Number(string column) => Text(column) is { } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>The names of the columns that have a value.</summary>
    public IEnumerable<string> Known() => json.EnumerateObject().Where(static one => one.Value.ValueKind != JsonValueKind.Null).Select(static one => one.Name);

    /// <summary>The rows of the highest revision of each minute, in order.</summary>
    public static List<DerivedRow> ReadAll(MemoryStore store, DerivedDataset dataset)
    {
        var minutes = store.Keys.Where(key => key.StartsWith($"derived/{dataset.Name()}/", StringComparison.Ordinal) && key.EndsWith(".json.gz", StringComparison.Ordinal))
            .Select(key => (Key: key, Minute: key[..key.LastIndexOf("_r", StringComparison.Ordinal)], Revision: int.Parse(key[(key.LastIndexOf("_r", StringComparison.Ordinal) + 2)..^".json.gz".Length], CultureInfo.InvariantCulture)))
            .GroupBy(one => one.Minute).Select(minute => minute.MaxBy(one => one.Revision)).OrderBy(one => one.Minute, StringComparer.Ordinal);
        return [.. minutes.SelectMany(one => Unpack(store.Body(one.Key))!.Split('\n')[1..^1].Select(line => new DerivedRow(JsonDocument.Parse(line).RootElement, one.Revision)))];
    }
}
