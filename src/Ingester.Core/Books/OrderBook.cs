using System.Text.Json;

namespace Ingester.Core.Books;

/// <summary>
/// One order book: loaded from a snapshot and updated by diffs. It tracks the depth to which it is known: beyond the horizon, the worst
/// price of its snapshot, it holds only levels that a diff has set since. Not thread-safe.
/// </summary>
internal sealed class OrderBook
{
    /// <summary>The bids.</summary>
    public BookSide Bids { get; } = new(bids: true);

    /// <summary>The asks.</summary>
    public BookSide Asks { get; } = new(bids: false);

    /// <summary>
    /// Number of levels per side that the exchange maintains for a client; it sends nothing about deeper levels. Null when it sends every level.
    /// </summary>
    public int? DepthLimit { get; set; }

    /// <summary>If set, receives the bids that <see cref="DepthLimit"/> removed with the last diff: the exchange sends no removals for them.</summary>
    public List<BookLevel>? TrimmedBids { get; set; }

    /// <summary>If set, receives the asks that <see cref="DepthLimit"/> removed with the last diff.</summary>
    public List<BookLevel>? TrimmedAsks { get; set; }

    /// <summary>True when the best bid is at or above the best ask. A valid book is never crossed.</summary>
    public bool IsCrossed => Bids.Best is { } bid && Asks.Best is { } ask && bid.Price >= ask.Price;

    /// <summary>Replaces the book by a snapshot.</summary>
    /// <param name="bids">The bids, <c>[["price","size"],…]</c>.</param>
    /// <param name="asks">The asks.</param>
    /// <param name="levels">Number of levels per side that were requested; zero or null when the snapshot is complete.</param>
    /// <exception cref="JsonException">The levels have an unexpected format.</exception>
    public void LoadSnapshot(ReadOnlySpan<byte> bids, ReadOnlySpan<byte> asks, int? levels)
    {
        Bids.Clear();
        Asks.Clear();
        ApplyLevels(Bids, bids);
        ApplyLevels(Asks, asks);
        if (levels is not > 0)
            return;
        if (Bids.Count >= levels)
            Bids.SetHorizonToWorst();
        if (Asks.Count >= levels)
            Asks.SetHorizonToWorst();
    }

    /// <summary>Applies one diff.</summary>
    /// <exception cref="JsonException">The levels have an unexpected format; the book must be loaded from a snapshot again.</exception>
    public void ApplyDiff(ReadOnlySpan<byte> bids, ReadOnlySpan<byte> asks)
    {
        ApplyLevels(Bids, bids);
        ApplyLevels(Asks, asks);
        if (DepthLimit is not { } depth)
            return;
        TrimmedBids?.Clear();
        TrimmedAsks?.Clear();
        Bids.TrimTo(depth, TrimmedBids);
        Asks.TrimTo(depth, TrimmedAsks);
    }

    private static void ApplyLevels(BookSide side, ReadOnlySpan<byte> levels)
    {
        var json = new Utf8JsonReader(levels);
        Expect(ref json, JsonTokenType.StartArray);
        while (Next(ref json) == JsonTokenType.StartArray)
        {
            var price = ReadDecimal(ref json);
            var size = ReadDecimal(ref json);
            Expect(ref json, JsonTokenType.EndArray);
            side.Set(new(price, size));
        }

        if (json.TokenType != JsonTokenType.EndArray || json.Read())
            throw new JsonException("The levels of a book have an unexpected format.");
    }

    private static ExactDecimal ReadDecimal(ref Utf8JsonReader json)
    {
        Expect(ref json, JsonTokenType.String);
        return !json.ValueIsEscaped && ExactDecimal.TryParse(json.ValueSpan, out var number)
            ? number
            : throw new JsonException("A price or size of a book is not a decimal number.");
    }

    private static JsonTokenType Next(ref Utf8JsonReader json) =>
        json.Read() ? json.TokenType : throw new JsonException("The levels of a book are truncated.");

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (Next(ref json) != type)
            throw new JsonException("The levels of a book have an unexpected format.");
    }
}
