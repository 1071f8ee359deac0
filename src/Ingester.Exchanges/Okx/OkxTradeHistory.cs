using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Okx;

/// <summary>
/// Trade history of OKX, newest first, a hundred trades a page, of the last three months; <c>after</c> is the id before which the page begins. Each trade has its
/// own entry, also those that the stream combines into one message.
/// https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-trades-history
/// </summary>
internal static class OkxTradeHistory
{
    /// <summary>The endpoint.</summary>
    public static TradeHistoryEndpoint Endpoint { get; } = new()
    {
        UriFor = static query => new(
            $"https://www.okx.com/api/v5/market/history-trades?instId={Uri.EscapeDataString(query.Market.Symbol)}&type=1&limit=100&after={query.Cursor ?? $"{query.Range.UpTo + 1}"}"),
        Parse = Parse,
    };

    private static TradeHistoryPage Parse(TradeHistoryQuery query, ReadOnlySpan<byte> body)
    {
        var trades = TradeHistoryParser.Parse(body, root => OkxExchange.GetData(root).Select(ParseTrade));
        var first = trades.Count == 0 ? long.MinValue : trades.Min(trade => trade.Id);
        return new(trades, first > query.Range.After + 1 ? $"{first}" : null);
    }

    private static HistoricalTrade ParseTrade(JsonElement trade) => new(
        long.Parse(trade.GetText("tradeId"), CultureInfo.InvariantCulture),
        long.Parse(trade.GetText("ts"), CultureInfo.InvariantCulture) * 1_000,
        TradeHistoryParser.GetDecimalText(trade.GetRequired("px")),
        TradeHistoryParser.GetDecimalText(trade.GetRequired("sz")),
        trade.GetText("side") switch
        {
            "sell" => true,
            "buy" => false,
            var side => throw new JsonException($"The side '{side}' is neither buy nor sell."),
        });
}
