using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Candles of Kraken, oldest first; those without a trade are left out, the unfinished one is always the last:
/// <c>{"error":[],"result":{"XXBTZUSD":[[1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1","3.39243896",23]],"last":1688672160}}</c>: start in seconds, open, high,
/// low, close, vwap, volume, trades. "Returns up to 720 of the most recent entries (older data cannot be retrieved, regardless of the value of since)."
/// https://docs.kraken.com/api-reference/market-data/get-ohlc-data
/// </summary>
internal static class KrakenCandles
{
    private const int MaxCount = 720;

    private static readonly int[] Minutes = [1, 5, 15, 30, 60, 240, 1440];

    /// <summary>The endpoint. A page holds all candles after <c>since</c>, which is not included.</summary>
    public static CandleEndpoint Endpoint { get; } = new()
    {
        CallFor = static query => new(new(string.Create(CultureInfo.InvariantCulture,
            $"https://api.kraken.com/0/public/OHLC?pair={Uri.EscapeDataString(KrakenTradeHistory.ToRestSymbol(query.Market.Symbol))}&interval={query.Interval.TotalMinutes}&since={query.FromMicros / 1_000_000 - 1}"))),
        Parse = Parse,
        Intervals = [.. Minutes.Select(static minutes => TimeSpan.FromMinutes(minutes))],
        MaxCount = MaxCount,
        SkipsToFirst = true,
        NewestServed = MaxCount - 1, // the last is the unfinished one
    };

    private static IReadOnlyList<Candle> Parse(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
    {
        foreach (var error in root.GetArray("error"))
            throw new JsonException($"The exchange answered {error.GetRawText()}.");
        return root.GetRequired("result").AsObject().Where(static entry => entry.Name != "last").SelectMany(static entry => entry.Value.AsArray()).Select(static row => new Candle(
            long.Parse(row[0].GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture) * 1_000_000,
            TradeHistoryParser.GetDecimalText(row[1]),
            TradeHistoryParser.GetDecimalText(row[2]),
            TradeHistoryParser.GetDecimalText(row[3]),
            TradeHistoryParser.GetDecimalText(row[4]),
            TradeHistoryParser.GetDecimalText(row[6]))
        {
            Trades = row[7].GetInt64(),
        });
    });
}
