using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Simulator.Truth;

/// <summary>One event that the simulator generated.</summary>
/// <param name="Micros">The time it carries.</param>
/// <param name="After">The sequence before it; null where the stream has none.</param>
/// <param name="UpTo">Its sequence; null where the stream has none.</param>
/// <param name="Sent">True when it was given to at least one connection.</param>
/// <param name="Row">The row that a recorder is to store, character for character.</param>
internal readonly record struct TruthRow(long Micros, long? After, long? UpTo, bool Sent, string Row)
{
    private static ReadOnlySpan<byte> RowField => "\"row\":"u8;

    /// <summary>Reads a line of the truth.</summary>
    public static TruthRow Parse(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf(RowField);
        var row = Encoding.UTF8.GetString(line[(at + RowField.Length)..^1]);
        var json = new Utf8JsonReader(line);
        long micros = 0;
        long? after = null, upTo = null;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "ts": micros = json.GetInt64(); break;
                case "after": after = json.GetInt64(); break;
                case "upto": upTo = json.GetInt64(); break;
                case "sent": return new(micros, after, upTo, json.GetBoolean(), row);
            }
        }

        throw new JsonException("A line of the truth does not say whether it was sent.");
    }
}

/// <summary>What a stream said, in numbers.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Rows">How many events were generated.</param>
/// <param name="Sent">How many of them were given to at least one connection.</param>
/// <param name="First">The first id, or the first time where the stream has no sequence; null before the first event.</param>
/// <param name="Last">The last id, or the last time.</param>
internal sealed record TruthCount(StreamId Stream, long Rows, long Sent, long? First, long? Last);
