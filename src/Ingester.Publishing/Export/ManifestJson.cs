using System.Text.Json;
using System.Text.Json.Serialization;
using Ingester.Core.Markets;

namespace Ingester.Publishing.Export;

/// <summary>Manifests as JSON.</summary>
internal static class ManifestJson
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new StreamConverter() } };

    /// <summary>Writes a manifest.</summary>
    public static byte[] Serialize(StreamExport manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Json);

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="JsonException">The text is not a manifest.</exception>
    public static StreamExport Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<StreamExport>(json, Json) ?? throw new JsonException("it is null");

    private sealed record StreamText(string Dataset, string Exchange, string Pair);

    private sealed class StreamConverter : JsonConverter<StreamId>
    {
        public override StreamId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<StreamText>(ref reader, JsonSerializerOptions.Web) is { Dataset: not null, Exchange: not null, Pair: not null } text && DatasetNames.TryParse(text.Dataset, out var dataset)
                ? new(dataset, text.Exchange, text.Pair)
                : throw new JsonException("it names no stream");

        public override void Write(Utf8JsonWriter writer, StreamId value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new StreamText(value.Dataset.Name(), value.Exchange, value.Market), JsonSerializerOptions.Web);
    }
}
