using System.Globalization;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Trade history of Kraken, by time:
/// <c>{"error":[],"result":{"XXBTZUSD":[["30243.40000","0.34507674",1688669597.827736900,"b","m","",61044952]],"last":"…"}}</c>. <c>since</c> and
/// <c>last</c> are nanoseconds. https://docs.kraken.com/api/docs/rest-api/get-recent-trades
/// </summary>
internal static class KrakenTrades
{
    private const int PageSize = 1000;
    private const long Margin = 1_000_000; // microseconds, because several trades may have the same time

    /// <summary>The endpoint.</summary>
    public static TradeSource Source { get; } = new()
    {
        Address = static query => new(
            $"https://api.kraken.com/0/public/Trades?pair={Uri.EscapeDataString(Pair(query.Market.Symbol))}&since={query.Cursor ?? $"{(query.FromMicros - Margin) * 1_000}"}&count={PageSize}"),
        Read = Read,
    };

    /// <summary>The symbol in the REST API: <c>BTC/USD</c> is <c>XBTUSD</c>.</summary>
    private static string Pair(string symbol) => string.Concat(symbol.Split('/').Select(asset => asset switch
    {
        "BTC" => "XBT",
        "DOGE" => "XDG",
        _ => asset,
    }));

    private static TradePage Read(TradeQuery query, ReadOnlySpan<byte> body)
    {
        string? last = null;
        var trades = TradeBody.Read(body, root =>
        {
            foreach (var error in root.Items("error"))
                throw new JsonException($"The exchange answered {error.GetRawText()}.");
            last = root.Property("result").Text("last");
            return root.Property("result").Entries().Where(entry => entry.Name != "last").SelectMany(entry => entry.Value.Elements()).Select(Trade);
        });
        var more = trades.Count > 0 && trades.Max(trade => trade.Id) < query.Missing.UpTo && last != query.Cursor;
        return new(trades, more ? last : null);
    }

    private static PastTrade Trade(JsonElement trade) => new(
        trade[6].GetInt64(),
        (long)(decimal.Parse(trade[2].GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture) * 1_000_000), // further digits are truncated
        TradeBody.Digits(trade[0]),
        TradeBody.Digits(trade[1]),
        trade[3].GetString() switch
        {
            "s" => true,
            "b" => false,
            var side => throw new JsonException($"The side '{side}' is neither b nor s."),
        });
}
