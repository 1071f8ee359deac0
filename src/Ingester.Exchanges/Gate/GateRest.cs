using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Gate;

/// <summary>
/// Snapshots and candles of Gate. Past trades are requested by time or by page, and ids of trades are no chain, so gaps are not backfilled.
/// https://www.gate.com/docs/developers/apiv4/en
/// </summary>
/// <param name="isFutures">True for the contracts that settle in USDT.</param>
internal sealed class GateRest(bool isFutures)
{
    private static readonly FieldMap SpotSnapshot = new()
    {
        { "id", Field.LastId }, { "update", Field.Milliseconds, false }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    private static readonly FieldMap FuturesSnapshot = new(LevelFormat.Objects("p", "s"))
    {
        { "id", Field.LastId }, { "update", Field.Seconds }, { "bids", Field.Bids }, { "asks", Field.Asks },
    };

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "1m",
        [5] = "5m",
        [15] = "15m",
        [30] = "30m",
        [60] = "1h",
        [240] = "4h",
        [480] = "8h",
        [1440] = "1d",
    };

    private readonly string path = isFutures ? "https://api.gateio.ws/api/v4/futures/usdt" : "https://api.gateio.ws/api/v4/spot";
    private readonly string symbolName = isFutures ? "contract" : "currency_pair";

    /// <summary>The address of the market list.</summary>
    public Uri MarketList => new($"{path}/{(isFutures ? "contracts" : "currency_pairs")}");

    /// <summary>
    /// Snapshots: <c>{"id":123456,"current":1623898993123,"update":1623898993121,"asks":[["1.52","1.151"]],"bids":[…]}</c>; on futures the times are in seconds and
    /// levels are <c>{"p":"1.52","s":"7"}</c>.
    /// </summary>
    public SnapshotEndpoint Snapshots => new()
    {
        UriFor = (market, levels) => new($"{path}/order_book?{symbolName}={Uri.EscapeDataString(market.Symbol)}&limit={levels}&with_id=true"),
        Parse = ParseSnapshot,
        AvailableDepths = [new(GateExchange.Depth, 1)],
        DefaultLevels = GateExchange.Depth,
    };

    /// <summary>
    /// Candles: <c>[["seconds","quote volume","close","high","low","open","base volume","true"]]</c>, on futures <c>[{"t":1790949600,"v":"7","c":"1","h":"1","l":"1",
    /// "o":"1"}]</c>.
    /// </summary>
    public CandleEndpoint Candles => new()
    {
        CallFor = query => new(new($"{path}/candlesticks?{symbolName}={Uri.EscapeDataString(query.Market.Symbol)}&interval={CandleWords[(int)query.Interval.TotalMinutes]}"
            + $"&from={query.FromMicros / 1_000_000}&to={query.FromMicros / 1_000_000 + (query.Count - 1) * (long)query.Interval.TotalSeconds}")),
        Parse = isFutures ? ParseFuturesCandles : ParseSpotCandles,
        Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
        MaxCount = 1000,
    };

    private RestSnapshot ParseSnapshot(ReadOnlySpan<byte> body)
    {
        var json = new FrameReader(body);
        var book = new FieldValues();
        (isFutures ? FuturesSnapshot : SpotSnapshot).Read(ref json, new(), ref book);
        json.ExpectEnd();
        return new(book.LastId.GetValueOrDefault(), book.Micros, book.Bids.ToArray(), book.Asks.ToArray());
    }

    private static IReadOnlyList<Candle> ParseSpotCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.AsArray().Select(static row => new Candle(
            MicrosOf(row[0].GetString()),
            Open: TradeHistoryParser.GetDecimalText(row[5]),
            High: TradeHistoryParser.GetDecimalText(row[3]),
            Low: TradeHistoryParser.GetDecimalText(row[4]),
            Close: TradeHistoryParser.GetDecimalText(row[2]),
            Volume: TradeHistoryParser.GetDecimalText(row[6]))));

    private static IReadOnlyList<Candle> ParseFuturesCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.AsArray().Select(static row => new Candle(
            MicrosOf(row.GetDigits("t")),
            Open: row.GetText("o"),
            High: row.GetText("h"),
            Low: row.GetText("l"),
            Close: row.GetText("c"),
            Volume: row.GetDigits("v") ?? throw new JsonException("A candle has no 'v'."))));

    private static long MicrosOf(string? seconds) => long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value * 1_000_000
        : throw new JsonException("The time of a candle is not a number of seconds.");
}
