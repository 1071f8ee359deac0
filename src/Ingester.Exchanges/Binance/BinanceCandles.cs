using System.Globalization;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Candles of the Binance family, oldest first: <c>[[1591258320000,"9640.7","9642.4","9640.6","9642.0","206",…],…]</c>.
/// https://developers.binance.com/docs/derivatives/coin-margined-futures/market-data/rest-api/Kline-Candlestick-Data and
/// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data
/// </summary>
internal static class BinanceCandles
{
    private static readonly (string Word, TimeSpan Length)[] Intervals =
    [
        ("1m", TimeSpan.FromMinutes(1)), ("5m", TimeSpan.FromMinutes(5)), ("15m", TimeSpan.FromMinutes(15)), ("1h", TimeSpan.FromHours(1)),
        ("4h", TimeSpan.FromHours(4)), ("1d", TimeSpan.FromDays(1)),
    ];

    /// <summary>USD-M and COIN-M futures.</summary>
    /// <param name="rest">Address of the REST API.</param>
    public static CandleEndpoint ForFutures(string rest) => Create($"{rest}/klines", maxCount: 1500) with
    {
        WeightOf = static count => count switch
        {
            < 100 => 1,
            < 500 => 2,
            <= 1000 => 5,
            _ => 10,
        },
    };

    /// <summary>Spot.</summary>
    /// <param name="host">Address of the REST API, without a path.</param>
    public static CandleEndpoint ForSpot(string host) => Create($"{host}/api/v3/klines", maxCount: 1000) with { WeightOf = static _ => 2 };

    private static CandleEndpoint Create(string path, int maxCount) => new()
    {
        CallFor = query => new(new($"{path}?symbol={Uri.EscapeDataString(query.Market.Symbol)}&interval={WordFor(query.Interval)}"
            + $"&startTime={query.FromMicros / 1_000}&limit={query.Count}")),
        Parse = Parse,
        Intervals = [.. Intervals.Select(interval => interval.Length)],
        MaxCount = maxCount,
    };

    private static string WordFor(TimeSpan length) => Intervals.First(interval => interval.Length == length).Word;

    private static IReadOnlyList<Candle> Parse(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root => root.AsArray().Select(static row => new Candle(
        long.Parse(row[0].GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture) * 1_000,
        TradeHistoryParser.GetDecimalText(row[1]),
        TradeHistoryParser.GetDecimalText(row[2]),
        TradeHistoryParser.GetDecimalText(row[3]),
        TradeHistoryParser.GetDecimalText(row[4]),
        TradeHistoryParser.GetDecimalText(row[5]))));
}
