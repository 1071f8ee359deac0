using System.Globalization;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Kucoin;

/// <summary>
/// Snapshots and candles of KuCoin. Its past trades cannot be requested by id: <c>/api/v1/market/histories</c> has the last hundred.
/// </summary>
internal static class KucoinRest
{
    private const int MaxCandles = 1500;

    private static readonly FieldMap Snapshot = new() { { "sequence", Field.LastId }, { "time", Field.Milliseconds }, { "bids", Field.Bids }, { "asks", Field.Asks } };

    private static readonly (string Word, TimeSpan Length)[] Intervals =
    [
        ("1min", TimeSpan.FromMinutes(1)), ("5min", TimeSpan.FromMinutes(5)), ("15min", TimeSpan.FromMinutes(15)), ("1hour", TimeSpan.FromHours(1)),
        ("4hour", TimeSpan.FromHours(4)), ("1day", TimeSpan.FromDays(1)),
    ];

    /// <summary>
    /// Snapshots of twenty or a hundred levels; all levels need an API key:
    /// <c>{"code":"200000","data":{"time":1550653727731,"sequence":"3262786978","bids":[["6500.12","0.45054140"]],"asks":[…]}}</c>.
    /// </summary>
    public static SnapshotEndpoint Snapshots(string rest) => new()
    {
        UriFor = (market, levels) => new($"{rest}/api/v1/market/orderbook/level2_{levels}?symbol={Uri.EscapeDataString(market.Symbol)}"),
        Parse = ParseSnapshot,
        AvailableDepths = [new(20, 2), new(100, 4)],
        DefaultLevels = 100,
    };

    /// <summary>
    /// Candles, newest first. The close comes before the high: <c>{"data":[["1545904980","0.058","0.049","0.058","0.049","0.018","0.000945"]]}</c>.
    /// </summary>
    public static CandleEndpoint Candles(string rest) => new()
    {
        CallFor = query => new(new($"{rest}/api/v1/market/candles?symbol={Uri.EscapeDataString(query.Market.Symbol)}&type={WordFor(query.Interval)}"
            + $"&startAt={query.FromMicros / 1_000_000}&endAt={query.FromMicros / 1_000_000 + query.Count * (long)query.Interval.TotalSeconds}")),
        Parse = ParseCandles,
        Intervals = [.. Intervals.Select(interval => interval.Length)],
        MaxCount = MaxCandles,
        WeightOf = static _ => 3,
    };

    private static string WordFor(TimeSpan length) => Intervals.First(interval => interval.Length == length).Word;

    private static RestSnapshot ParseSnapshot(ReadOnlySpan<byte> body)
    {
        var json = new FrameReader(body);
        var book = new FieldValues();
        var hasData = false;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("data"u8))
            {
                Snapshot.Read(ref json, new(), ref book);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        return new(book.LastId.GetValueOrDefault(), book.Micros, book.Bids.ToArray(), book.Asks.ToArray());
    }

    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.GetArray("data").Select(static row => new Candle(
            long.Parse(row[0].GetString()!, NumberStyles.None, CultureInfo.InvariantCulture) * 1_000_000,
            Open: TradeHistoryParser.GetDecimalText(row[1]),
            Close: TradeHistoryParser.GetDecimalText(row[2]),
            High: TradeHistoryParser.GetDecimalText(row[3]),
            Low: TradeHistoryParser.GetDecimalText(row[4]),
            Volume: TradeHistoryParser.GetDecimalText(row[5]))));
}
