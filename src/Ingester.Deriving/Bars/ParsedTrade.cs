using System.Text.Json;
using Ingester.Core.Books;

namespace Ingester.Deriving.Bars;

/// <summary>A stored row of <c>trades</c> or <c>agg-trades</c>, parsed.</summary>
/// <param name="Id">The id; empty when the exchange has none.</param>
/// <param name="IsSell">True when the aggressor sold.</param>
/// <param name="Price">The price.</param>
/// <param name="Size">The size.</param>
/// <param name="IsMarketTrade">False for a trade that was not matched in the order book (the row has a <c>type</c>).</param>
/// <param name="IsTimePlausible">False when the time of the row is marked as implausible.</param>
internal readonly record struct ParsedTrade(ReadOnlyMemory<byte> Id, bool IsSell, ExactDecimal Price, ExactDecimal Size, bool IsMarketTrade, bool IsTimePlausible)
{
    /// <summary>Parses a row.</summary>
    /// <exception cref="JsonException">The line is not a row of trades, or a number does not fit <see cref="ExactDecimal"/>.</exception>
    public static ParsedTrade Read(ReadOnlyMemory<byte> line)
    {
        var json = new Utf8JsonReader(line.Span);
        ReadOnlyMemory<byte> id = default;
        ExactDecimal? price = null, size = null;
        bool? isSell = null;
        var (isMarketTrade, isPlausible) = (true, true);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            if (json.ValueTextEquals("price"u8))
                price = ReadNumber(ref json);
            else if (json.ValueTextEquals("size"u8))
                size = ReadNumber(ref json);
            else if (json.ValueTextEquals("side"u8))
                isSell = json.Read() && json.ValueTextEquals("sell"u8) || (json.ValueTextEquals("buy"u8) ? false : throw new JsonException("the side of a trade is neither buy nor sell"));
            else if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                id = line.Slice((int)json.TokenStartIndex + 1, json.ValueSpan.Length);
            }
            else if (json.ValueTextEquals("type"u8))
                isMarketTrade = !json.Read();
            else if (json.ValueTextEquals("time"u8))
                isPlausible = json.Read() && !json.ValueTextEquals("implausible"u8);
            else
                json.Skip();
        return price is { } priced && size is { } sized && isSell is { } sold
            ? new(id, sold, priced, sized, isMarketTrade, isPlausible)
            : throw new JsonException("a trade has no price, size or side");
    }

    private static ExactDecimal ReadNumber(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.String && ExactDecimal.TryParse(json.ValueSpan, out var number)
            ? number
            : throw new JsonException("the price or size of a trade is not a decimal number with up to 20 decimals");
}
