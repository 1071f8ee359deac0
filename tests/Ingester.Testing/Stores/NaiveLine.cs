using System.Text.Json;

namespace Ingester.Testing.Stores;

/// <summary>A line of the journal coverage or gaps.</summary>
internal sealed class NaiveLine
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);

    /// <summary>Parses a line once, because its fields are read for each minute.</summary>
    public NaiveLine(string replica, string line)
    {
        Replica = replica;
        using var json = JsonDocument.Parse(line);
        foreach (var field in json.RootElement.EnumerateObject())
            if (field.Value.ValueKind == JsonValueKind.String)
                texts[field.Name] = field.Value.GetString()!;
            else if (field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt64(out var number))
                numbers[field.Name] = number;
        Range = Number("after") is { } after && Number("upto") is { } upTo && after <= upTo ? (after, upTo) : null;
    }

    public string Replica { get; }

    public string State => Text("state");

    public string Cause => Text("cause");

    public (long After, long UpTo)? Range { get; }

    public string Text(string name) => texts.GetValueOrDefault(name, "");

    public long? Number(string name) => numbers.TryGetValue(name, out var number) ? number : null;
}
