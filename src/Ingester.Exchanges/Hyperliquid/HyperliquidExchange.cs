using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Hyperliquid;

/// <summary>
/// Hyperliquid: the perpetual contracts of the first exchange of the chain, which its validators operate. Trade ids do not grow; books are sent complete, and no diffs.
/// https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions
/// </summary>
internal sealed class HyperliquidExchange : IExchange
{
    /// <summary>Levels per side of a book.</summary>
    public const int Depth = 20;

    private const string Collateral = "USDC";

    /// <summary>The list names no status, only the contracts that are delisted.</summary>
    private const string Listed = "listed";
    private const string Delisted = "delisted";

    private static readonly Uri Feed = new("wss://api.hyperliquid.xyz/ws");
    private static readonly Uri Info = new("https://api.hyperliquid.xyz/info");

    private static readonly Dictionary<int, string> CandleWords = new() { [1] = "1m", [5] = "5m", [15] = "15m", [30] = "30m", [60] = "1h", [240] = "4h", [1440] = "1d" };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "hyperliquid",
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.None, StreamIdentity.Identical) { Channel = "trades" },
            new(Dataset.Snapshots, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "l2Book" },
        ],
        MarketLists = [new(Info, """{"type":"meta"}""")],
        MarketListWeight = 20,
        MarketStatuses = new() { Trading = [Listed], Terminal = [Delisted] },
        StreamsPerConnection = 250,
        MessageLimit = new(20, TimeSpan.FromSeconds(1)),
        AddressMessageLimit = new(2_000, TimeSpan.FromMinutes(1)),
        ConnectionLimit = new(30, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(1_200, TimeSpan.FromMinutes(1)),
        SilenceLimit = TimeSpan.FromSeconds(50), // each ping is answered
        PingMessage = """{"method":"ping"}""",
        PingInterval = TimeSpan.FromSeconds(15),
        Symbols = new() { Separators = "/", IsDerivatives = true, ContractQuote = Collateral },
        Candles = new()
        {
            CallFor = CandleCall,
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 5_000,
            WeightOf = static count => 20 + count / 60,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new HyperliquidDecoder();

    /// <summary>
    /// Parses <c>{"universe":[{"name":"BTC","szDecimals":5,"maxLeverage":40},{"name":"MATIC","szDecimals":1,"isDelisted":true}],…}</c>. Contracts settle in USDC.
    /// </summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetArray("universe"),
        static entry => entry.GetText("name"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetFlag("isDelisted") ? Delisted : Listed)
    { Facts = static (entry, symbol) => new(InstrumentType.Perpetual, symbol.ToUpperInvariant(), Collateral) { Settle = Collateral, Lot = entry.GetStep("szDecimals") } });

    /// <summary>
    /// The messages that subscribe or unsubscribe, one per stream: <c>{"method":"subscribe","subscription":{"type":"l2Book","coin":"BTC"}}</c>. They have no id.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
    [
        .. from entry in streams.GroupByChannel(Profile, size: 1)
           let coin = SubscribeText.ToJsonList([entry.Streams[0].Market.Symbol])
           select new SubscribeFrame(
               null, $$$"""{"method":"{{{(subscribe ? "subscribe" : "unsubscribe")}}}","subscription":{"type":"{{{entry.Channel}}}","coin":{{{coin}}}}}""", entry.Streams),
    ];

    private static RestCall CandleCall(CandleQuery query)
    {
        var from = query.FromMicros / 1_000;
        var to = from + query.Count * (long)query.Interval.TotalMilliseconds - 1; // before the start of the next candle, whether the end is inclusive or not
        var coin = SubscribeText.ToJsonList([query.Market.Symbol]);
        return new(Info, $$$"""{"type":"candleSnapshot","req":{"coin":{{{coin}}},"interval":"{{{CandleWords[(int)query.Interval.TotalMinutes]}}}","startTime":{{{from}}},"endTime":{{{to}}}}}""");
    }

    /// <summary>Parses <c>[{"t":1790232180000,"T":1790232239999,"s":"BTC","i":"1m","o":"84143.0","c":"84143.0","h":"84144.0","l":"84143.0","v":"14.27847","n":114}]</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root => root.AsArray().Select(static row => new Candle(
        row.GetMillisTime("t") is { } start ? (start - DateTimeOffset.UnixEpoch).Ticks / 10 : throw new JsonException("The time of a candle is not a number of milliseconds."),
        Open: TradeHistoryParser.GetDecimalText(row.GetRequired("o")),
        High: TradeHistoryParser.GetDecimalText(row.GetRequired("h")),
        Low: TradeHistoryParser.GetDecimalText(row.GetRequired("l")),
        Close: TradeHistoryParser.GetDecimalText(row.GetRequired("c")),
        Volume: TradeHistoryParser.GetDecimalText(row.GetRequired("v")))));
}
