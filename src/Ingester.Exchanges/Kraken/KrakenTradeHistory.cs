using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Trade history of Kraken, by time:
/// <c>{"error":[],"result":{"XXBTZUSD":[["30243.40000","0.34507674",1688669597.827736900,"b","m","",61044952]],"last":"…"}}</c>. <c>since</c> and
/// <c>last</c> are nanoseconds. https://docs.kraken.com/api/docs/rest-api/get-recent-trades
/// </summary>
internal static class KrakenTradeHistory
{
    private const int PageSize = 1000;
    private const long OverlapMicros = 1_000_000; // microseconds, because several trades may have the same time

    /// <summary>The endpoint.</summary>
    public static TradeHistoryEndpoint Endpoint { get; } = new()
    {
        UriFor = static query => new(
            $"https://api.kraken.com/0/public/Trades?pair={Uri.EscapeDataString(ToRestSymbol(query.Market.Symbol))}&since={query.Cursor ?? $"{(query.FromMicros - OverlapMicros) * 1_000}"}&count={PageSize}"),
        Parse = Parse,
    };

    /// <summary>The symbol in the REST API: <c>BTC/USD</c> is <c>XBTUSD</c>.</summary>
    internal static string ToRestSymbol(string symbol) => string.Concat(symbol.Split('/').Select(asset => asset switch
    {
        "BTC" => "XBT",
        "DOGE" => "XDG",
        _ => asset,
    }));

    private static TradeHistoryPage Parse(TradeHistoryQuery query, ReadOnlySpan<byte> body)
    {
        string? last = null;
        var trades = TradeHistoryParser.Parse(body, root =>
        {
            foreach (var error in root.GetArray("error"))
                throw new JsonException($"The exchange answered {error.GetRawText()}.");
            last = root.GetRequired("result").GetText("last");
            return root.GetRequired("result").AsObject().Where(entry => entry.Name != "last").SelectMany(entry => entry.Value.AsArray()).Select(ParseTrade);
        });
        var more = trades.Count > 0 && trades.Max(trade => trade.Id) < query.Range.UpTo && last != query.Cursor;
        return new(trades, more ? last : null);
    }

    private static HistoricalTrade ParseTrade(JsonElement trade) => new(
        trade[6].GetInt64(),
        (long)(decimal.Parse(trade[2].GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture) * 1_000_000), // further digits are truncated
        TradeHistoryParser.GetDecimalText(trade[0]),
        TradeHistoryParser.GetDecimalText(trade[1]),
        trade[3].GetString() switch
        {
            "s" => true,
            "b" => false,
            var side => throw new JsonException($"The side '{side}' is neither b nor s."),
        });
}
