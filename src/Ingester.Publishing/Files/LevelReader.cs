using System.Text.Json;

namespace Ingester.Publishing.Files;

/// <summary>Reads the levels of a stored row, <c>[["price","size"],…]</c>, as text.</summary>
internal ref struct LevelReader
{
    private Utf8JsonReader json;

    /// <summary>Starts before the first level.</summary>
    /// <exception cref="JsonException">The text does not begin with an array.</exception>
    public LevelReader(ReadOnlySpan<byte> levels)
    {
        json = new(levels);
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            throw new JsonException("the levels of a book are not an array");
    }

    /// <summary>The price.</summary>
    public ReadOnlySpan<byte> Price { get; private set; }

    /// <summary>The size; zero removes the level.</summary>
    public ReadOnlySpan<byte> Size { get; private set; }

    /// <summary>Reads the next level; false at the end.</summary>
    /// <exception cref="JsonException">A level is not a pair of texts.</exception>
    public bool Read()
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            return false;
        Price = Text();
        Size = Text();
        return json.Read() && json.TokenType == JsonTokenType.EndArray ? true : throw new JsonException("a level of a book has more than a price and a size");
    }

    private ReadOnlySpan<byte> Text() =>
        json.Read() && json.TokenType == JsonTokenType.String && !json.ValueIsEscaped ? json.ValueSpan : throw new JsonException("a level of a book is not a pair of texts");
}
