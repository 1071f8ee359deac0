using System.Buffers.Text;
using System.Text.Json;
using Ingester.Paper.Execution;

namespace Ingester.Paper.Books;

/// <summary>Reads the levels of a row, <c>[["price","size"],…]</c>.</summary>
internal static class PriceLevelJson
{
    /// <summary>Adds the levels to a list.</summary>
    /// <exception cref="JsonException">The text is not a list of levels.</exception>
    public static void Read(ReadOnlySpan<byte> text, List<PriceLevel> target)
    {
        var json = new Utf8JsonReader(text);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            var (price, size) = (ReadNumber(ref json), ReadNumber(ref json));
            target.Add(new(price, size));
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                json.Skip();
        }
    }

    private static decimal ReadNumber(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.String && Utf8Parser.TryParse(json.ValueSpan, out decimal number, out var used) && used == json.ValueSpan.Length
            ? number
            : throw new JsonException("A price or size of a book is not a decimal number.");
}
