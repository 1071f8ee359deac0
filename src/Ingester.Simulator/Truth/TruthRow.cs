using System.Text;
using System.Text.Json;

namespace Ingester.Simulator.Truth;

/// <summary>One event that the simulator generated.</summary>
/// <param name="Micros">The time it carries.</param>
/// <param name="After">The sequence before it; null if the stream has none.</param>
/// <param name="UpTo">Its sequence; null if the stream has none.</param>
/// <param name="Sent">True when it was queued to at least one connection.</param>
/// <param name="Row">The expected stored row, byte for byte.</param>
internal readonly record struct TruthRow(long Micros, long? After, long? UpTo, bool Sent, string Row)
{
    private static ReadOnlySpan<byte> RowField => "\"row\":"u8;

    /// <summary>Parses a line of the truth.</summary>
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

        throw new JsonException("A truth line has no field \"sent\".");
    }
}
