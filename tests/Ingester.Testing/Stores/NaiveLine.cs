using System.Text.Json;

namespace Ingester.Testing.Stores;

/// <summary>A line of coverage or gaps.</summary>
internal sealed record NaiveLine(string Replica, JsonElement Json)
{
    public string State => Text("state");

    public string Cause => Text("cause");

    public string Text(string name) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public long? Number(string name) => Json.TryGetProperty(name, out var value) ? value.GetInt64() : null;

    public (long After, long UpTo)? Range => Number("after") is { } after && Number("upto") is { } upTo && after <= upTo ? (after, upTo) : null;
}
