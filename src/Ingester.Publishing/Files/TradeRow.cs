using System.Text.Json;

namespace Ingester.Publishing.Files;

/// <summary>A stored trade. The texts point into the row, or are copies where the row escapes them.</summary>
internal ref struct TradeRow
{
    /// <summary>The exchange's id of the trade; empty if it has none.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>The side of the aggressor: <c>buy</c> or <c>sell</c>.</summary>
    public ReadOnlySpan<byte> Side;

    /// <summary>The price.</summary>
    public ReadOnlySpan<byte> Price;

    /// <summary>The size.</summary>
    public ReadOnlySpan<byte> Size;

    /// <summary>The exchange's own word for a trade that is not a market trade; empty for others.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>Parses a row.</summary>
    /// <exception cref="JsonException">The line is not a row of a trade.</exception>
    public static TradeRow Read(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        var row = default(TradeRow);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (json.ValueTextEquals("id"u8))
                row.Id = Text(ref json);
            else if (json.ValueTextEquals("side"u8))
                row.Side = Text(ref json);
            else if (json.ValueTextEquals("price"u8))
                row.Price = Text(ref json);
            else if (json.ValueTextEquals("size"u8))
                row.Size = Text(ref json);
            else if (json.ValueTextEquals("type"u8))
                row.Type = Text(ref json);
            else
                json.Skip();
        return row.Price.IsEmpty || row.Size.IsEmpty ? throw new JsonException("a trade has no price or no size") : row;
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.String)
            throw new JsonException("a field of a trade is not a text");
        if (!json.ValueIsEscaped)
            return json.ValueSpan;
        var text = new byte[json.ValueSpan.Length];
        return text.AsSpan(0, json.CopyString(text));
    }
}
