using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Trade history of the Binance family, by id, up to a thousand trades a page: <c>historicalTrades</c>
/// (<c>[{"id":28457,"price":"4.0","qty":"12.0","time":1499865549590,"isBuyerMaker":true}]</c>; on USD-M only with an API key) and <c>aggTrades</c>
/// (<c>[{"a":26129,"p":"0.01","q":"4.7","T":1498793709153,"m":true}]</c>).
/// </summary>
internal static class BinanceTradeHistory
{
    private const int PageSize = 1000;

    /// <summary>Single trades.</summary>
    /// <param name="path">The URI without its query.</param>
    /// <param name="weight">Request weight of a page.</param>
    /// <param name="keyHeader">The header of the API key; null when no key is needed.</param>
    public static TradeHistoryEndpoint ForTrades(string path, int weight, string? keyHeader = null) => new()
    {
        UriFor = query => BuildUri(path, query),
        Parse = static (query, body) => Parse(query, body, new("id", "time", "price", "qty", "isBuyerMaker")),
        RequestWeight = weight,
        ApiKeyHeader = keyHeader,
        HasSameDigits = true,
    };

    /// <summary>Aggregate trades.</summary>
    public static TradeHistoryEndpoint ForAggTrades(string path, int weight) => new()
    {
        UriFor = query => BuildUri(path, query),
        Parse = static (query, body) => Parse(query, body, new("a", "T", "p", "q", "m")),
        RequestWeight = weight,
        HasSameDigits = true,
    };

    private static Uri BuildUri(string path, TradeHistoryQuery query)
    {
        var from = query.Cursor ?? $"{query.Range.After + 1}";
        return new($"{path}?symbol={Uri.EscapeDataString(query.Market.Symbol)}&fromId={from}&limit={PageSize}");
    }

    private static TradeHistoryPage Parse(TradeHistoryQuery query, ReadOnlySpan<byte> body, FieldNames names)
    {
        var trades = TradeHistoryParser.Parse(body, root => root.AsArray().Select(trade => new HistoricalTrade(
            trade.GetRequired(names.Id).GetInt64(),
            trade.GetRequired(names.Time).GetInt64() is >= 0 and <= Micros.Max / 1_000 and var millis ? millis * 1_000 : throw new FormatException("a time is not between 1970 and 9999."),
            TradeHistoryParser.GetDecimalText(trade.GetRequired(names.Price)),
            TradeHistoryParser.GetDecimalText(trade.GetRequired(names.Size)),
            trade.GetRequired(names.IsBuyerMaker).GetBoolean()))); // the buyer is the maker, so the taker sold
        var last = trades.Count == 0 ? long.MaxValue : trades.Max(trade => trade.Id);
        return new(trades, last < query.Range.UpTo ? $"{last + 1}" : null);
    }

    private sealed record FieldNames(string Id, string Time, string Price, string Size, string IsBuyerMaker);
}
