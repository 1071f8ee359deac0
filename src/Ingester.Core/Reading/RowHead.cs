using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Reading;

/// <summary>Reads of a row what orders it, and sees that all of it is JSON.</summary>
internal static class RowHead
{
    /// <summary>Reads one line.</summary>
    /// <exception cref="JsonException">The line is no row.</exception>
    public static LoadedRow Read(Dataset dataset, ReadOnlyMemory<byte> line)
    {
        var json = new Utf8JsonReader(line.Span);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a line is no JSON object");
        long? micros = null, after = null, upTo = null, id = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("ts"u8))
                micros = Number(ref json);
            else if (json.ValueTextEquals("after"u8))
                after = Number(ref json);
            else if (json.ValueTextEquals("upto"u8))
                upTo = Number(ref json);
            else if (json.ValueTextEquals("id"u8))
                id = Id(ref json);
            else
                json.Skip();
        }

        if (json.TokenType != JsonTokenType.EndObject || json.Read())
            throw new JsonException("a line is no JSON object");
        if (dataset.IsStreamed() && micros is null)
            throw new JsonException("a row has no time");
        SequenceRange? range = id is { } one ? SequenceRange.One(one)
            : upTo is not { } end || !(dataset.IsStreamed() || dataset == Dataset.Snapshots) ? null
            : after is null || after <= end ? new SequenceRange(after ?? end, end)
            : throw new JsonException("a row covers a range that ends before it begins");
        return new(line, micros ?? 0, range);
    }

    private static long Number(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number)
            ? number
            : throw new JsonException("a number of a row is none");

    /// <summary>An id that does not fit is a text and no sequence.</summary>
    private static long? Id(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.String)
            throw new JsonException("the id of a row is no text");
        return long.TryParse(Encoding.UTF8.GetString(json.ValueSpan), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : null;
    }
}
