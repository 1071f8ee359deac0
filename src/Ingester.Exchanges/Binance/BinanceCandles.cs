using System.Globalization;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Candles of the Binance family, oldest first, from the first at or after <c>startTime</c>: <c>[[1591258320000,"9640.7","9642.4","9640.6","9642.0","206",1591258379999,"2.13",2,"125","1.29","0"]]</c>:
/// start, open, high, low, close, volume, end, quote volume (COIN-M: base volume), trades, volume and quote volume that takers bought.
/// https://developers.binance.com/docs/derivatives/coin-margined-futures/market-data/rest-api/Kline-Candlestick-Data and
/// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#klinecandlestick-data
/// </summary>
internal static class BinanceCandles
{
    private static readonly (string Word, TimeSpan Length)[] Intervals =
    [
        ("1m", TimeSpan.FromMinutes(1)), ("3m", TimeSpan.FromMinutes(3)), ("5m", TimeSpan.FromMinutes(5)), ("15m", TimeSpan.FromMinutes(15)),
        ("30m", TimeSpan.FromMinutes(30)), ("1h", TimeSpan.FromHours(1)), ("2h", TimeSpan.FromHours(2)), ("4h", TimeSpan.FromHours(4)), ("6h", TimeSpan.FromHours(6)),
        ("8h", TimeSpan.FromHours(8)), ("12h", TimeSpan.FromHours(12)), ("1d", TimeSpan.FromDays(1)),
    ];

    /// <summary>USD-M and COIN-M futures.</summary>
    /// <param name="rest">Address of the REST API.</param>
    /// <param name="isInverse">True for COIN-M, where volumes are numbers of contracts and no value in quote units is returned.</param>
    public static CandleEndpoint ForFutures(string rest, bool isInverse) => Create($"{rest}/klines", maxCount: 1500, hasQuoteVolume: !isInverse) with
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
    public static CandleEndpoint ForSpot(string host) => Create($"{host}/api/v3/klines", maxCount: 1000, hasQuoteVolume: true) with { WeightOf = static _ => 2 };

    private static CandleEndpoint Create(string path, int maxCount, bool hasQuoteVolume) => new()
    {
        CallFor = query => new(new($"{path}?symbol={Uri.EscapeDataString(query.Market.Symbol)}&interval={WordFor(query.Interval)}"
            + $"&startTime={query.FromMicros / 1_000}&limit={query.Count}")),
        Parse = body => Parse(body, hasQuoteVolume),
        Intervals = [.. Intervals.Select(interval => interval.Length)],
        MaxCount = maxCount,
        SkipsToFirst = true,
    };

    private static string WordFor(TimeSpan length) => Intervals.First(interval => interval.Length == length).Word;

    private static IReadOnlyList<Candle> Parse(ReadOnlySpan<byte> body, bool hasQuoteVolume) => CandlePage.Parse(body, root => root.AsArray().Select(row => new Candle(
        long.Parse(row[0].GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture) * 1_000,
        TradeHistoryParser.GetDecimalText(row[1]),
        TradeHistoryParser.GetDecimalText(row[2]),
        TradeHistoryParser.GetDecimalText(row[3]),
        TradeHistoryParser.GetDecimalText(row[4]),
        TradeHistoryParser.GetDecimalText(row[5]))
    {
        QuoteVolume = hasQuoteVolume ? TradeHistoryParser.GetDecimalText(row[7]) : null,
        Trades = row[8].GetInt64(),
        BuyVolume = TradeHistoryParser.GetDecimalText(row[9]),
        BuyQuoteVolume = hasQuoteVolume ? TradeHistoryParser.GetDecimalText(row[10]) : null,
    }));
}
