using System.Text.Json;
using Ingester.Core.Books;

namespace Ingester.Core.Exchanges;

/// <summary>How an exchange serves historical trades.</summary>
internal sealed record TradeHistoryEndpoint
{
    /// <summary>The URI of a page.</summary>
    public required Func<TradeHistoryQuery, Uri> UriFor { get; init; }

    /// <summary>Parses a page.</summary>
    public required TradeHistoryPageParser Parse { get; init; }

    /// <summary>Request weight of a page, counted against <see cref="ExchangeProfile.RequestWeightLimit"/>.</summary>
    public int RequestWeight { get; init; } = 1;

    /// <summary>The header for an API key; null when no key is needed.</summary>
    public string? ApiKeyHeader { get; init; }

    /// <summary>
    /// True when prices and sizes have the same digits as on the stream. Otherwise they are equal numbers, possibly with other trailing zeros, and
    /// their rows differ from those that a replica would have written.
    /// </summary>
    public bool HasSameDigits { get; init; }
}

/// <summary>
/// Parses pages of trades. They are read rarely, so a <see cref="JsonDocument"/> is fast enough. Every error is a <see cref="JsonException"/> with a
/// complete message.
/// </summary>
internal static class TradeHistoryParser
{
    /// <summary>Every trade that <paramref name="read"/> returns for the body.</summary>
    public static IReadOnlyList<HistoricalTrade> Parse(ReadOnlySpan<byte> body, Func<JsonElement, IEnumerable<HistoricalTrade>> read)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        try
        {
            return [.. read(document.RootElement)];
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new JsonException($"The trade history has an unexpected format: {fault.Message}", fault);
        }
    }

    /// <summary>A JSON number: its digits, unchanged.</summary>
    public static string GetNumber(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetRawText() : throw new JsonException($"{value.GetRawText()} is not a number.");

    /// <summary>A string that is a decimal number: its digits, unchanged.</summary>
    public static string GetDecimalText(JsonElement value) =>
        value.GetString() is { Length: > 0 } text && ExactDecimal.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _)
            ? text
            : throw new JsonException($"{value.GetRawText()} is not a decimal number.");
}
