using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingester.Paper.Report;

/// <summary>Writes decimals as texts, so that readers with binary numbers lose no digit.</summary>
internal sealed class DecimalTextConverter : JsonConverter<decimal>
{
    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => decimal.Parse(reader.GetString()!, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}
