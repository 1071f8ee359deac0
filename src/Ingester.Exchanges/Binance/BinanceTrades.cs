using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Trade history of the Binance family, by id, up to a thousand trades a page: <c>historicalTrades</c>
/// (<c>[{"id":28457,"price":"4.0","qty":"12.0","time":1499865549590,"isBuyerMaker":true}]</c>; on USD-M only with an API key) and <c>aggTrades</c>
/// (<c>[{"a":26129,"p":"0.01","q":"4.7","T":1498793709153,"m":true}]</c>).
/// </summary>
internal static class BinanceTrades
{
    private const int PageSize = 1000;

    /// <summary>Single trades.</summary>
    /// <param name="path">The URI without its query.</param>
    /// <param name="weight">Request weight of a page.</param>
    /// <param name="keyHeader">The header of the API key; null when no key is needed.</param>
    public static TradeSource Single(string path, int weight, string? keyHeader = null) => new()
    {
        Address = query => Address(path, query),
        Read = static (query, body) => Read(query, body, new("id", "time", "price", "qty", "isBuyerMaker")),
        Weight = weight,
        KeyHeader = keyHeader,
        SameDigits = true,
    };

    /// <summary>Aggregate trades.</summary>
    public static TradeSource Merged(string path, int weight) => new()
    {
        Address = query => Address(path, query),
        Read = static (query, body) => Read(query, body, new("a", "T", "p", "q", "m")),
        Weight = weight,
        SameDigits = true,
    };

    private static Uri Address(string path, TradeQuery query)
    {
        var from = query.Cursor ?? $"{query.Missing.After + 1}";
        return new($"{path}?symbol={Uri.EscapeDataString(query.Market.Symbol)}&fromId={from}&limit={PageSize}");
    }

    private static TradePage Read(TradeQuery query, ReadOnlySpan<byte> body, Names names)
    {
        var trades = TradeBody.Read(body, root => root.Elements().Select(trade => new PastTrade(
            trade.Property(names.Id).GetInt64(),
            trade.Property(names.Time).GetInt64() is >= 0 and <= Micros.Max / 1_000 and var millis ? millis * 1_000 : throw new FormatException("a time is not between 1970 and 9999."),
            TradeBody.Digits(trade.Property(names.Price)),
            TradeBody.Digits(trade.Property(names.Size)),
            trade.Property(names.BuyerMade).GetBoolean()))); // the buyer is the maker, so the taker sold
        var last = trades.Count == 0 ? long.MaxValue : trades.Max(trade => trade.Id);
        return new(trades, last < query.Missing.UpTo ? $"{last + 1}" : null);
    }

    private sealed record Names(string Id, string Time, string Price, string Size, string BuyerMade);
}
