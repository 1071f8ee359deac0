using System.Text.Json;

namespace Ingester.Core.Books;

/// <summary>
/// One order book: begun from a whole book, moved by changes. It knows how deep it is known: below the horizon of the whole book that it began
/// with, only what was touched since is there. Not safe for use by two threads at once.
/// </summary>
internal sealed class OrderBook
{
    /// <summary>The bids.</summary>
    public BookSide Bids { get; } = new(bids: true);

    /// <summary>The asks.</summary>
    public BookSide Asks { get; } = new(bids: false);

    /// <summary>The exchange keeps a client's book to so many levels and says nothing of deeper ones; null when it tells of all.</summary>
    public int? Depth { get; set; }

    /// <summary>True when somebody bids at least what somebody asks: no true book is.</summary>
    public bool IsCrossed => Bids.Best is { } bid && Asks.Best is { } ask && bid.Price >= ask.Price;

    /// <summary>Begins anew from a whole book.</summary>
    /// <param name="bids">The bids, <c>[["price","size"],…]</c>.</param>
    /// <param name="asks">The asks.</param>
    /// <param name="levels">How many levels of a side the exchange was asked for; zero or null when the book is complete.</param>
    /// <exception cref="JsonException">The levels are not as promised.</exception>
    public void Begin(ReadOnlySpan<byte> bids, ReadOnlySpan<byte> asks, int? levels)
    {
        Bids.Clear();
        Asks.Clear();
        Set(Bids, bids);
        Set(Asks, asks);
        if (levels is not > 0)
            return;
        if (Bids.Count >= levels)
            Bids.EndHere();
        if (Asks.Count >= levels)
            Asks.EndHere();
    }

    /// <summary>Applies one change.</summary>
    /// <exception cref="JsonException">The levels are not as promised; the book is then to be begun anew.</exception>
    public void Apply(ReadOnlySpan<byte> bids, ReadOnlySpan<byte> asks)
    {
        Set(Bids, bids);
        Set(Asks, asks);
        if (Depth is not { } depth)
            return;
        Bids.CutTo(depth);
        Asks.CutTo(depth);
    }

    private static void Set(BookSide side, ReadOnlySpan<byte> levels)
    {
        var json = new Utf8JsonReader(levels);
        Expect(ref json, JsonTokenType.StartArray);
        while (Next(ref json) == JsonTokenType.StartArray)
        {
            var price = Number(ref json);
            var size = Number(ref json);
            Expect(ref json, JsonTokenType.EndArray);
            side.Set(new(price, size));
        }

        if (json.TokenType != JsonTokenType.EndArray || json.Read())
            throw new JsonException("The levels of a book are not as promised.");
    }

    private static ExactDecimal Number(ref Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.String);
        return !json.ValueIsEscaped && ExactDecimal.TryParse(json.ValueSpan, out var number)
            ? number
            : throw new JsonException("A price or size of a book is no number.");
    }

    private static JsonTokenType Next(ref Utf8JsonReader json) =>
        json.Read() ? json.TokenType : throw new JsonException("The levels of a book end too early.");

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (Next(ref json) != type)
            throw new JsonException("The levels of a book are not as promised.");
    }
}
