using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Poloniex;

/// <summary>
/// Poloniex spot: trade ids increase by one per market; diffs name the id of the previous one by <c>lastId</c>; snapshots are sent on the WebSocket.
/// </summary>
internal sealed class PoloniexExchange : IExchange
{
    /// <summary>Levels per side of <c>book_lv2</c>.</summary>
    public const int Depth = 20;

    private const int SymbolsPerMessage = 20;

    private const string Rest = "https://api.poloniex.com/markets";

    private static readonly Uri Feed = new("wss://ws.poloniex.com/ws/public");

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "MINUTE_1",
        [5] = "MINUTE_5",
        [10] = "MINUTE_10",
        [15] = "MINUTE_15",
        [30] = "MINUTE_30",
        [60] = "HOUR_1",
        [120] = "HOUR_2",
        [240] = "HOUR_4",
        [360] = "HOUR_6",
        [720] = "HOUR_12",
        [1440] = "DAY_1",
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "poloniex",
        Protocol = "spot",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trades",
                History = new()
                {
                    UriFor = static query => new($"{Rest}/{Uri.EscapeDataString(query.Market.Symbol)}/trades?limit=1000"),
                    Parse = static (_, body) => new(TradeHistoryParser.Parse(body, static root => root.AsArray().Select(ParseTrade)), null),
                },
            },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "book_lv2" },
        ],
        MarketLists = [new(new(Rest))],
        MarketStatuses = new() { Trading = ["NORMAL"] },
        StreamsPerConnection = 200,
        MessageLimit = new(20, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(30, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromSeconds(40), // each ping is answered
        PingMessage = """{"event":"ping"}""",
        PingInterval = TimeSpan.FromSeconds(12),
        Symbols = new() { Separators = "_" },
        Book = new() { MaintainedDepths = [Depth] },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/{Uri.EscapeDataString(query.Market.Symbol)}/candles?interval={CandleWords[(int)query.Interval.TotalMinutes]}"
                + $"&startTime={query.FromMicros / 1_000}&endTime={query.FromMicros / 1_000 + query.Count * (long)query.Interval.TotalMilliseconds - 1}&limit=500")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 500,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new PoloniexDecoder();

    /// <summary>Parses <c>[{"symbol":"BTC_USDT","state":"NORMAL","symbolTradeLimit":{"priceScale":2,…},…}]</c>.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.AsArray(),
        static entry => entry.GetText("symbol"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetText("state"))
    { Facts = static (entry, _) => Facts(entry) });

    /// <summary>
    /// The messages that subscribe or unsubscribe: <c>{"event":"subscribe","channel":["trades"],"symbols":["BTC_USDT","ETH_USDT"]}</c>. They have no request id;
    /// they are answered in order.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, SymbolsPerMessage))
        {
            var symbols = SubscribeText.ToJsonList(part.Select(stream => stream.Market.Symbol));
            frames.Add(new(null, $$"""{"event":"{{(subscribe ? "subscribe" : "unsubscribe")}}","channel":["{{channel}}"],"symbols":[{{symbols}}]}""", part));
        }

        return frames;
    }

    private static InstrumentFacts Facts(JsonElement entry)
    {
        var limits = entry.TryGetProperty("symbolTradeLimit", out var found) ? found : default;
        return new(InstrumentType.Spot, entry.GetText("baseCurrencyName"), entry.GetText("quoteCurrencyName"))
        {
            Tick = limits.GetStep("priceScale"),
            Lot = limits.GetStep("quantityScale"),
            MinSize = limits.GetDigits("minQuantity"),
            MinNotional = limits.GetDigits("minAmount"),
        };
    }

    private static HistoricalTrade ParseTrade(JsonElement trade) => new(
        ParseId(trade.GetText("id")),
        trade.GetRequired("createTime").GetInt64() * 1_000,
        TradeHistoryParser.GetDecimalText(trade.GetRequired("price")),
        TradeHistoryParser.GetDecimalText(trade.GetRequired("quantity")),
        trade.GetText("takerSide") switch
        {
            "SELL" => true,
            "BUY" => false,
            var side => throw new JsonException($"The side '{side}' is neither BUY nor SELL."),
        });

    private static long ParseId(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new JsonException($"The id '{digits}' is not a number.");

    /// <summary>Parses <c>[["low","high","open","close","quote volume","base volume","…","…",count,ts,"…","MINUTE_1",start,end]]</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.AsArray().Select(static row => new Candle(
            row[12].GetInt64() * 1_000,
            Open: TradeHistoryParser.GetDecimalText(row[2]),
            High: TradeHistoryParser.GetDecimalText(row[1]),
            Low: TradeHistoryParser.GetDecimalText(row[0]),
            Close: TradeHistoryParser.GetDecimalText(row[3]),
            Volume: TradeHistoryParser.GetDecimalText(row[5]))));
}
