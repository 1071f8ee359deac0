using System.Globalization;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Coinbase;

/// <summary>
/// Candles of Coinbase Exchange, newest first; those without a trade are left out: <c>[[1688671200,30305.7,30306.2,30306.1,30305.7,3.39243896]]</c>: start in seconds, low,
/// high, open, close, volume. "The maximum number of data points for a single request is 300 candles", and some "may precede your declared start value".
/// https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-candles
/// </summary>
internal static class CoinbaseCandles
{
    private static readonly int[] Minutes = [1, 5, 15, 60, 360, 1440];

    /// <summary>The endpoint. A span that includes its end: a full page has 300 candles, and its end is the start of the last.</summary>
    public static CandleEndpoint Endpoint { get; } = new()
    {
        CallFor = static query => new(new(
            $"https://api.exchange.coinbase.com/products/{Uri.EscapeDataString(query.Market.Symbol)}/candles?granularity={(long)query.Interval.TotalSeconds}"
            + $"&start={query.FromMicros / 1_000_000}&end={query.FromMicros / 1_000_000 + (query.Count - 1) * (long)query.Interval.TotalSeconds}")),
        Parse = Parse,
        Intervals = [.. Minutes.Select(static minutes => TimeSpan.FromMinutes(minutes))],
        MaxCount = 300,
    };

    private static IReadOnlyList<Candle> Parse(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root => root.AsArray().Select(static row => new Candle(
        long.Parse(row[0].GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture) * 1_000_000,
        Open: TradeHistoryParser.GetNumber(row[3]),
        High: TradeHistoryParser.GetNumber(row[2]),
        Low: TradeHistoryParser.GetNumber(row[1]),
        Close: TradeHistoryParser.GetNumber(row[4]),
        Volume: TradeHistoryParser.GetNumber(row[5]))));
}
