using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Exchanges;

/// <summary>A trade that an exchange still serves over REST, where ids count by one.</summary>
/// <param name="Id">The id.</param>
/// <param name="Micros">The exchange's time, microseconds UTC.</param>
/// <param name="Price">The price, with the digits of the answer.</param>
/// <param name="Size">The size.</param>
/// <param name="TakerSells">True when the aggressor sold.</param>
internal sealed record PastTrade(long Id, long Micros, string Price, string Size, bool TakerSells);

/// <summary>Trades that are asked for.</summary>
/// <param name="Market">The market.</param>
/// <param name="Missing">The ids that are wanted.</param>
/// <param name="FromMicros">A time before which none of them was, microseconds UTC.</param>
/// <param name="Cursor">What the page before said that comes next; null for the first page.</param>
internal sealed record TradeQuery(Market Market, SequenceRange Missing, long FromMicros, string? Cursor = null);

/// <summary>A page of trades in any order, perhaps with more than were asked for.</summary>
/// <param name="Trades">The trades.</param>
/// <param name="Next">How the next page is asked for; null when there is none that could hold what is wanted.</param>
internal sealed record TradePage(IReadOnlyList<PastTrade> Trades, string? Next);

/// <summary>Reads a page.</summary>
/// <exception cref="JsonException">The body is not as the exchange promises; the message says what.</exception>
internal delegate TradePage ReadTrades(TradeQuery query, ReadOnlySpan<byte> body);

/// <summary>How an exchange serves past trades.</summary>
internal sealed record TradeSource
{
    /// <summary>Where a page is asked for.</summary>
    public required Func<TradeQuery, Uri> Address { get; init; }

    /// <summary>Reads a page.</summary>
    public required ReadTrades Read { get; init; }

    /// <summary>What a page weighs of <see cref="ExchangeProfile.Requests"/>.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The header that must carry an API key; null where none is needed.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>
    /// True when prices and sizes have the same digits as on the stream. Else they are the same numbers, perhaps with other zeros: no replica would have
    /// written the same bytes.
    /// </summary>
    public bool SameDigits { get; init; }
}

/// <summary>Reads pages of trades: rarely, so a document will do. Whatever is wrong is a <see cref="JsonException"/> with a sentence.</summary>
internal static class TradeBody
{
    /// <summary>Every trade that <paramref name="read"/> finds in the body.</summary>
    public static IReadOnlyList<PastTrade> Read(ReadOnlySpan<byte> body, Func<JsonElement, IEnumerable<PastTrade>> read)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        try
        {
            return [.. read(document.RootElement)];
        }
        catch (Exception fault) when (fault is InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new JsonException($"The trades are not as promised: {fault.Message}", fault);
        }
    }

    /// <summary>A text that is a number: its digits as they stand.</summary>
    public static string Digits(JsonElement value) =>
        value.GetString() is { Length: > 0 } text && ExactDecimal.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _)
            ? text
            : throw new JsonException($"{value.GetRawText()} is no decimal number.");
}
