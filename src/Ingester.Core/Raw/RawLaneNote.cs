using System.Buffers;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Core.Raw;

/// <summary>
/// The content of a line of kind <c>s</c>: what the recorder knew about the streams of a connection, and of the lane (the streams of one planned
/// connection) to which it belongs. An import needs it to prove the same windows. JSON, with streams as <c>[dataset, market, symbol]</c>.
/// </summary>
internal sealed record RawLaneNote
{
    /// <summary>The number of the lane, unique in the process.</summary>
    public required long Lane { get; init; }

    /// <summary>All streams of the lane; null if the line does not list them.</summary>
    public IReadOnlyCollection<Subscription>? Streams { get; init; }

    /// <summary>Streams that the exchange has confirmed on the connection; null for none.</summary>
    public IReadOnlyCollection<Subscription>? Subscribed { get; init; }

    /// <summary>Streams that are added to the lane; null for none.</summary>
    public IReadOnlyCollection<Subscription>? Added { get; init; }

    /// <summary>Streams that are removed from the lane; null for none.</summary>
    public IReadOnlyCollection<Subscription>? Removed { get; init; }

    /// <summary>True if the connection was open before this object began: a reader that begins here has missed its earlier messages.</summary>
    public bool Continues { get; init; }

    /// <summary>True if the lane has ended.</summary>
    public bool Ended { get; init; }

    /// <summary>Parses the result of <see cref="ToBytes"/>.</summary>
    /// <exception cref="JsonException">It is not such a note.</exception>
    public static RawLaneNote Parse(ReadOnlyMemory<byte> json)
    {
        using var parsed = JsonDocument.Parse(json);
        var note = parsed.RootElement;
        return new()
        {
            Lane = Property(note, "lane") is { ValueKind: JsonValueKind.Number } lane && lane.TryGetInt64(out var number) ? number : throw new JsonException("The number \"lane\" is missing."),
            Streams = ReadStreams(note, "streams"),
            Subscribed = ReadStreams(note, "subscribed"),
            Added = ReadStreams(note, "added"),
            Removed = ReadStreams(note, "removed"),
            Continues = Property(note, "continues") is { ValueKind: JsonValueKind.True },
            Ended = Property(note, "ended") is { ValueKind: JsonValueKind.True },
        };
    }

    /// <summary>The note as JSON.</summary>
    public ReadOnlyMemory<byte> ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("lane"u8, Lane);
            WriteStreams(json, "streams", Streams);
            WriteStreams(json, "subscribed", Subscribed);
            WriteStreams(json, "added", Added);
            WriteStreams(json, "removed", Removed);
            if (Continues)
                json.WriteBoolean("continues"u8, value: true);
            if (Ended)
                json.WriteBoolean("ended"u8, value: true);
            json.WriteEndObject();
        }

        return bytes.WrittenMemory;
    }

    private static void WriteStreams(Utf8JsonWriter json, string name, IReadOnlyCollection<Subscription>? streams)
    {
        if (streams is null)
            return;
        json.WriteStartArray(name);
        foreach (var stream in streams)
        {
            json.WriteStartArray();
            json.WriteStringValue(stream.Dataset.Name());
            json.WriteStringValue(stream.Market.Name);
            json.WriteStringValue(stream.Market.Symbol);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static List<Subscription>? ReadStreams(JsonElement note, string name) => Property(note, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(ReadStream)],
        _ => throw new JsonException($"\"{name}\" is not a list."),
    };

    private static Subscription ReadStream(JsonElement stream) =>
        stream.ValueKind == JsonValueKind.Array && stream.EnumerateArray().ToList() is [{ ValueKind: JsonValueKind.String } dataset, { ValueKind: JsonValueKind.String } market, { ValueKind: JsonValueKind.String } symbol]
        && DatasetNames.TryParse(dataset.GetString()!, out var known) && known.IsSubscribed()
            ? new(known, new(market.GetString()!, symbol.GetString()!))
            : throw new JsonException($"{stream.GetRawText()} is not a dataset, a market and a symbol.");

    private static JsonElement? Property(JsonElement note, string name) =>
        note.ValueKind == JsonValueKind.Object && note.TryGetProperty(name, out var value) ? value : null;
}
