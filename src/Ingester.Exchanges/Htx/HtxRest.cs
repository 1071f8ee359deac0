using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;

namespace Ingester.Exchanges.Htx;

/// <summary>Snapshots, past trades and candles of HTX. https://www.htx.com/en-us/opend/newApiPages/</summary>
internal static class HtxRest
{
    private const string Spot = "https://api.huobi.pro";
    private const string Linear = "https://api.hbdm.com";

    private static readonly FieldMap Tick = new() { { "version", Field.LastId }, { "ts", Field.Milliseconds }, { "bids", Field.Bids }, { "asks", Field.Asks } };

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "1min",
        [5] = "5min",
        [15] = "15min",
        [30] = "30min",
        [60] = "60min",
        [240] = "4hour",
        [1440] = "1day",
    };

    /// <summary>The market list of spot.</summary>
    public static Uri Pairs { get; } = new($"{Spot}/v1/common/symbols");

    /// <summary>The market list of perpetual and dated contracts.</summary>
    public static Uri Contracts { get; } = new($"{Linear}/linear-swap-api/v1/swap_contract_info?business_type=all");

    /// <summary>
    /// Snapshots of 150 levels: <c>{"status":"ok","tick":{"bids":[[29805.62,0.309487]],"asks":[…],"version":155671698426,"ts":1654253116701}}</c>. The
    /// <c>version</c> is a number of the same sequence as <c>seqNum</c> of diffs.
    /// </summary>
    public static SnapshotEndpoint Snapshots { get; } = new()
    {
        UriFor = static (market, _) => new($"{Spot}/market/depth?symbol={Uri.EscapeDataString(market.Symbol)}&type=step0"),
        Parse = ParseSnapshot,
        AvailableDepths = [new(HtxExchange.Depth, 1)],
        DefaultLevels = HtxExchange.Depth,
    };

    /// <summary>The newest 2,000 trades, newest first: <c>{"data":[{"data":[{"trade-id":7,"price":1.5,"amount":2,"ts":…,"direction":"buy"}]}]}</c>.</summary>
    public static TradeHistoryEndpoint Trades { get; } = new()
    {
        UriFor = static query => new($"{Spot}/market/history/trade?symbol={Uri.EscapeDataString(query.Market.Symbol)}&size=2000"),
        Parse = static (_, body) => new(TradeHistoryParser.Parse(body, static root => root.GetArray("data").SelectMany(static match => match.GetArray("data")).Select(ParseTrade)), null),
    };

    /// <summary>Candles of spot; the volume is in base units.</summary>
    public static CandleEndpoint SpotCandles { get; } = new()
    {
        CallFor = static query => new(new($"{Spot}/market/history/candles?symbol={Uri.EscapeDataString(query.Market.Symbol)}&{PeriodOf(query)}&size={query.Count}")),
        Parse = static body => ParseCandles(body, volume: "amount"),
        Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
        MaxCount = 1000,
    };

    /// <summary>Candles of linear contracts; the volume is a number of contracts.</summary>
    public static CandleEndpoint LinearCandles { get; } = new()
    {
        CallFor = static query => new(new($"{Linear}/linear-swap-ex/market/history/kline?contract_code={Uri.EscapeDataString(query.Market.Symbol)}&{PeriodOf(query)}")),
        Parse = static body => ParseCandles(body, volume: "vol"),
        Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
        MaxCount = 1000,
    };

    private static string PeriodOf(CandleQuery query) => $"period={CandleWords[(int)query.Interval.TotalMinutes]}&from={query.FromMicros / 1_000_000}"
        + $"&to={query.FromMicros / 1_000_000 + (query.Count - 1) * (long)query.Interval.TotalSeconds}";

    private static RestSnapshot ParseSnapshot(ReadOnlySpan<byte> body)
    {
        var json = new FrameReader(body);
        var book = new FieldValues();
        json.MoveTo("tick"u8);
        Tick.Read(ref json, new(), ref book);
        json.MoveToEnd();
        return new(book.LastId.GetValueOrDefault(), book.Micros, book.Bids.ToArray(), book.Asks.ToArray());
    }

    private static HistoricalTrade ParseTrade(JsonElement trade) => new(
        trade.GetRequired("trade-id").GetInt64(),
        trade.GetRequired("ts").GetInt64() * 1_000,
        NumberOf(trade, "price"),
        NumberOf(trade, "amount"),
        trade.GetText("direction") switch
        {
            "sell" => true,
            "buy" => false,
            var side => throw new JsonException($"The direction '{side}' is neither buy nor sell."),
        });

    /// <summary>Parses <c>{"data":[{"id":seconds,"open":1,"close":1,"low":1,"high":1,"amount":1,"vol":1}]}</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body, string volume) => CandlePage.Parse(body, root =>
        root.GetArray("data").Select(candle => new Candle(
            long.Parse(NumberOf(candle, "id"), NumberStyles.None, CultureInfo.InvariantCulture) * 1_000_000,
            NumberOf(candle, "open"),
            NumberOf(candle, "high"),
            NumberOf(candle, "low"),
            NumberOf(candle, "close"),
            NumberOf(candle, volume))));

    private static string NumberOf(JsonElement element, string name) => TradeHistoryParser.GetNumber(element.GetRequired(name));
}
