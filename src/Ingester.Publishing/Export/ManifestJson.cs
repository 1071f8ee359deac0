using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>The JSON form of a manifest.</summary>
public static class ManifestJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new StreamConverter() },
    };

    /// <summary>Writes a manifest: the same content gives the same bytes.</summary>
    public static byte[] Serialize(StreamExport manifest) => [.. JsonSerializer.SerializeToUtf8Bytes(manifest, Options), (byte)'\n'];

    /// <summary>Parses a manifest.</summary>
    /// <exception cref="JsonException">The bytes are not a manifest, or one of a newer format.</exception>
    public static StreamExport Parse(ReadOnlySpan<byte> json)
    {
        var manifest = JsonSerializer.Deserialize<StreamExport>(json, Options) ?? throw new JsonException("it is null");
        return manifest.Format == 1 ? manifest : throw new JsonException($"it has format {manifest.Format}, and this program reads format 1");
    }

    /// <summary>A stream as <c>{"dataset":"trades","exchange":"binance","pair":"BTC-USDT"}</c>.</summary>
    private sealed class StreamConverter : JsonConverter<StreamId>
    {
        public override StreamId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object && Text(document.RootElement, "dataset") is { } name && DatasetNames.TryParse(name, out var dataset)
                && Text(document.RootElement, "exchange") is { } exchange && Text(document.RootElement, "pair") is { } market
                ? new(dataset, exchange, market)
                : throw new JsonException("the stream has no dataset, exchange or pair");
        }

        public override void Write(Utf8JsonWriter writer, StreamId value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("dataset", value.Dataset.Name());
            writer.WriteString("exchange", value.Exchange);
            writer.WriteString("pair", value.Market);
            writer.WriteEndObject();
        }

        private static string? Text(JsonElement stream, string name) =>
            stream.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
