using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Deribit;

/// <summary>
/// Trade history of Deribit by <c>trade_seq</c>, oldest first, a thousand trades a page: <c>{"result":{"has_more":true,"trades":[{"trade_seq":7,…}]}}</c>.
/// https://docs.deribit.com/api-reference/market-data/public-get_last_trades_by_instrument
/// </summary>
internal static class DeribitTradeHistory
{
    /// <summary>The endpoint.</summary>
    public static TradeHistoryEndpoint Endpoint { get; } = new()
    {
        UriFor = static query => new(
            $"https://www.deribit.com/api/v2/public/get_last_trades_by_instrument?instrument_name={Uri.EscapeDataString(query.Market.Symbol)}&sorting=asc&count=1000"
            + $"&start_seq={query.Cursor ?? $"{query.Range.After + 1}"}&end_seq={query.Range.UpTo}"),
        Parse = Parse,
    };

    private static TradeHistoryPage Parse(TradeHistoryQuery query, ReadOnlySpan<byte> body)
    {
        var hasMore = false;
        var trades = TradeHistoryParser.Parse(body, root =>
        {
            hasMore = root.GetRequired("result").GetFlag("has_more");
            return root.GetRequired("result").GetArray("trades").Select(ParseTrade);
        });
        var last = trades.Count == 0 ? long.MaxValue : trades.Max(trade => trade.Id);
        return new(trades, hasMore && last < query.Range.UpTo ? $"{last + 1}" : null);
    }

    private static HistoricalTrade ParseTrade(JsonElement trade) => new(
        trade.GetRequired("trade_seq").GetInt64(),
        trade.GetRequired("timestamp").GetInt64() * 1_000,
        TradeHistoryParser.GetNumber(trade.GetRequired("price")),
        TradeHistoryParser.GetNumber(trade.GetRequired("amount")),
        trade.GetText("direction") switch
        {
            "sell" => true,
            "buy" => false,
            var side => throw new JsonException($"The direction '{side}' is neither buy nor sell."),
        });
}
