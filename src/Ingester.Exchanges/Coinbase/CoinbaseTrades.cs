using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Coinbase;

/// <summary>
/// Trade history of Coinbase Exchange, newest first, a thousand trades a page; <c>after</c> is the id before which the page begins:
/// <c>[{"time":"2014-11-07T22:19:28.578544Z","trade_id":74,"price":"10.0","size":"0.01","side":"buy"}]</c>. The side is the maker's.
/// https://docs.cdp.coinbase.com/exchange/reference/exchangerestapi_getproducttrades
/// </summary>
internal static class CoinbaseTrades
{
    /// <summary>The endpoint.</summary>
    public static TradeSource Source { get; } = new()
    {
        Address = static query => new(
            $"https://api.exchange.coinbase.com/products/{Uri.EscapeDataString(query.Market.Symbol)}/trades?limit=1000&after={query.Cursor ?? $"{query.Missing.UpTo + 1}"}"),
        Read = Read,
    };

    private static TradePage Read(TradeQuery query, ReadOnlySpan<byte> body)
    {
        var trades = TradeBody.Read(body, root => root.Elements().Select(Trade));
        var first = trades.Count == 0 ? long.MinValue : trades.Min(trade => trade.Id);
        return new(trades, first > query.Missing.After + 1 ? $"{first}" : null);
    }

    private static PastTrade Trade(JsonElement trade) => new(
        trade.Property("trade_id").GetInt64(),
        UtcTime.TryRead(Encoding.UTF8.GetBytes(trade.Text("time")), out var micros) ? micros : throw new JsonException($"{trade.Text("time")} is not a UTC time."),
        TradeBody.Digits(trade.Property("price")),
        TradeBody.Digits(trade.Property("size")),
        trade.Text("side") switch
        {
            "buy" => true, // the maker bought, so the taker sold
            "sell" => false,
            var side => throw new JsonException($"The side '{side}' is neither buy nor sell."),
        });
}
