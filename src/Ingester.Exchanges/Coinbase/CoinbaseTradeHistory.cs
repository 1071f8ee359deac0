using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Coinbase;

/// <summary>
/// Trade history of Coinbase Exchange, newest first, a thousand trades a page; <c>after</c> is the id before which the page begins:
/// <c>[{"time":"2014-11-07T22:19:28.578544Z","trade_id":74,"price":"10.0","size":"0.01","side":"buy"}]</c>. The side is the maker's.
/// https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproducttrades
/// </summary>
internal static class CoinbaseTradeHistory
{
    /// <summary>The endpoint.</summary>
    public static TradeHistoryEndpoint Endpoint { get; } = new()
    {
        UriFor = static query => new(
            $"https://api.exchange.coinbase.com/products/{Uri.EscapeDataString(query.Market.Symbol)}/trades?limit=1000&after={query.Cursor ?? $"{query.Range.UpTo + 1}"}"),
        Parse = Parse,
    };

    private static TradeHistoryPage Parse(TradeHistoryQuery query, ReadOnlySpan<byte> body)
    {
        var trades = TradeHistoryParser.Parse(body, root => root.AsArray().Select(ParseTrade));
        var first = trades.Count == 0 ? long.MinValue : trades.Min(trade => trade.Id);
        return new(trades, first > query.Range.After + 1 ? $"{first}" : null);
    }

    private static HistoricalTrade ParseTrade(JsonElement trade) => new(
        trade.GetRequired("trade_id").GetInt64(),
        UtcTime.TryParse(Encoding.UTF8.GetBytes(trade.GetText("time")), out var micros) ? micros : throw new JsonException($"{trade.GetText("time")} is not a UTC time."),
        TradeHistoryParser.GetDecimalText(trade.GetRequired("price")),
        TradeHistoryParser.GetDecimalText(trade.GetRequired("size")),
        trade.GetText("side") switch
        {
            "buy" => true, // the maker bought, so the taker sold
            "sell" => false,
            var side => throw new JsonException($"The side '{side}' is neither buy nor sell."),
        });
}
