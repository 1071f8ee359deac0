using System.Text.Json;

namespace Ingester.Reading.Books;

/// <summary>A row of <c>depth</c> or <c>snapshots</c>. The levels are still JSON.</summary>
/// <param name="Bids">The bids, <c>[["price","size"],…]</c>.</param>
/// <param name="Asks">The asks.</param>
/// <param name="Levels">Maximum number of levels of a snapshot; null when the snapshot is complete, and for a diff.</param>
/// <param name="Reason">Why the snapshot was taken.</param>
internal readonly record struct BookRow(ReadOnlyMemory<byte> Bids, ReadOnlyMemory<byte> Asks, int? Levels, string Reason)
{
    /// <summary>Parses a row.</summary>
    /// <exception cref="JsonException">The line is not a row of a book.</exception>
    public static BookRow Read(ReadOnlyMemory<byte> line)
    {
        var json = new Utf8JsonReader(line.Span);
        var row = new BookRow(default, default, null, "");
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (json.ValueTextEquals("bids"u8))
                row = row with { Bids = ReadValue(ref json, line) };
            else if (json.ValueTextEquals("asks"u8))
                row = row with { Asks = ReadValue(ref json, line) };
            else if (json.ValueTextEquals("levels"u8))
                row = row with { Levels = json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var levels) ? levels : null };
            else if (json.ValueTextEquals("reason"u8))
                row = row with { Reason = json.Read() && json.TokenType == JsonTokenType.String ? json.GetString()! : "" };
            else
                json.Skip();
        return row.Bids.IsEmpty || row.Asks.IsEmpty ? throw new JsonException("a row of a book has no bids or no asks") : row;
    }

    private static ReadOnlyMemory<byte> ReadValue(ref Utf8JsonReader json, ReadOnlyMemory<byte> line)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return line[start..(int)json.BytesConsumed];
    }
}
