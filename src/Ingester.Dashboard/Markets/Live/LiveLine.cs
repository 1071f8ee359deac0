using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Dashboard.Markets.Live;

/// <summary>A line of the live stream of a recorder: a row or a mark.</summary>
/// <param name="Dataset">The dataset; null for a mark about all streams, and for a dataset that this version does not know.</param>
/// <param name="Row">The stored row, without the line feed; empty for a mark.</param>
/// <param name="IsDetached">True for a row that is stored outside of the order of the stream.</param>
/// <param name="Mark">The name of the mark; null for a row.</param>
/// <param name="Micros">The time of the mark, microseconds UTC; zero for a row.</param>
/// <param name="Replica">The replica, in the mark <c>start</c>.</param>
/// <param name="Streams">The number of recorded streams, in the mark <c>start</c>.</param>
/// <param name="Cause">The cause of a gap.</param>
internal sealed record LiveLine(Dataset? Dataset, ReadOnlyMemory<byte> Row, bool IsDetached, string? Mark, long Micros, string? Replica, int Streams, string? Cause)
{
    /// <summary>Parses a line. Fields that are not known are ignored.</summary>
    /// <exception cref="JsonException">The line is not a JSON object with the fields of a row or a mark.</exception>
    public static LiveLine Read(ReadOnlySpan<byte> line)
    {
        var parsed = new LiveLine(null, default, IsDetached: false, null, 0, null, 0, null);
        var json = new Utf8JsonReader(line);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException("a line of the live stream is not a JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            var isText = json.TokenType == JsonTokenType.String;
            var isNumber = json.TokenType == JsonTokenType.Number;
            parsed = name switch
            {
                "dataset" when isText => parsed with { Dataset = DatasetNames.TryParse(json.GetString()!, out var dataset) ? dataset : null },
                "row" when json.TokenType == JsonTokenType.StartObject => parsed with { Row = Copy(ref json, line) },
                "detached" => parsed with { IsDetached = json.TokenType == JsonTokenType.True },
                "mark" when isText => parsed with { Mark = json.GetString() },
                "ts" when isNumber => parsed with { Micros = json.GetInt64() },
                "replica" when isText => parsed with { Replica = json.GetString() },
                "streams" when isNumber => parsed with { Streams = json.GetInt32() },
                "cause" when isText => parsed with { Cause = json.GetString() },
                _ => parsed,
            };
            json.Skip();
        }

        return parsed.Mark is null && parsed.Row.IsEmpty ? throw new JsonException("a line of the live stream is neither a row nor a mark") : parsed;
    }

    private static byte[] Copy(ref Utf8JsonReader json, ReadOnlySpan<byte> line)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return line[start..(int)json.BytesConsumed].ToArray();
    }
}
