using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;

namespace Ingester.Exchanges.Upbit;

/// <summary>The market list and the candles of Upbit and Bithumb. Ids of trades are no chain, so gaps are not backfilled.</summary>
/// <param name="host">Where they are served.</param>
/// <param name="offset">The offset from UTC of the times that a request names.</param>
internal sealed class UpbitRest(string host, TimeSpan offset)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss";
    private const int MinutesPerDay = 1440;

    private static readonly int[] Minutes = [1, 3, 5, 10, 15, 30, 60, 240, MinutesPerDay];

    /// <summary>The address of the market list.</summary>
    public Uri MarketList => new($"{host}/v1/market/all");

    /// <summary>
    /// Candles, the newest first; one without a trade is left out. A request names the end, which is not included, and a number.
    /// </summary>
    public CandleEndpoint Candles => new()
    {
        CallFor = query => new(new($"{host}/v1/candles/{PathOf(query.Interval)}?market={Uri.EscapeDataString(query.Market.Symbol)}&count={query.Count}"
            + $"&to={(Micros.ToDateTime(query.FromMicros) + query.Interval * query.Count + offset).ToString(TimeFormat, CultureInfo.InvariantCulture)}")),
        Parse = ParseCandles,
        Intervals = [.. Minutes.Where(minutes => offset.TotalMinutes % minutes == 0).Select(static minutes => TimeSpan.FromMinutes(minutes))], // those that begin at the same times in UTC
        MaxCount = 200,
    };

    private static string PathOf(TimeSpan interval) => interval.TotalMinutes == MinutesPerDay ? "days" : string.Create(CultureInfo.InvariantCulture, $"minutes/{interval.TotalMinutes}");

    /// <summary>
    /// Parses <c>[{"candle_date_time_utc":"2026-11-30T03:00:00","opening_price":1,"high_price":1,"low_price":1,"trade_price":1,"candle_acc_trade_volume":1}]</c>.
    /// </summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root => root.AsArray().Select(static candle => new Candle(
        TimeOf(candle.GetText("candle_date_time_utc")),
        NumberOf(candle, "opening_price"),
        NumberOf(candle, "high_price"),
        NumberOf(candle, "low_price"),
        NumberOf(candle, "trade_price"),
        NumberOf(candle, "candle_acc_trade_volume"))));

    private static long TimeOf(string text) => DateTime.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time >= DateTime.UnixEpoch
        ? Micros.From(time - DateTime.UnixEpoch)
        : throw new JsonException($"'{text}' is not a time like 2026-11-30T03:00:00.");

    private static string NumberOf(JsonElement candle, string name) => TradeHistoryParser.GetNumber(candle.GetRequired(name));
}
