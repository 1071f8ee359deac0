using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bitget;

/// <summary>
/// Bitget v3 (unified trading account): spot, and the perpetual contracts that settle in USDT. Trade ids grow; diffs name the id of the previous one by <c>pseq</c>; snapshots
/// are sent on the WebSocket.
/// </summary>
internal sealed class BitgetExchange : IExchange
{
    /// <summary>Levels per side of a snapshot.</summary>
    public const int Depth = 1000;

    /// <summary>The exchange closed connections after messages with 25 arguments or more.</summary>
    private const int StreamsPerMessage = 10;

    private static readonly Uri Feed = new("wss://ws.bitget.com/v3/ws/public");

    private static readonly Dictionary<int, string> CandleWords = new() { [1] = "1m", [5] = "5m", [15] = "15m", [30] = "30m", [60] = "1H", [240] = "4H" };

    private readonly bool isFutures;

    private BitgetExchange(string name, bool isFutures)
    {
        this.isFutures = isFutures;
        var category = isFutures ? "USDT-FUTURES" : "SPOT";
        Profile = new()
        {
            Name = name,
            Protocol = "v3",
            Datasets =
            [
                new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "publicTrade" },
                new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "books" },
            ],
            MarketLists = [new(new($"https://api.bitget.com/api/v3/market/instruments?category={category}"))],
            MarketStatuses = new() { Trading = ["online"] },
            StreamsPerConnection = 100,
            MessageLimit = new(4, TimeSpan.FromSeconds(1)),
            ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
            RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
            MaxConnectionAge = TimeSpan.FromHours(24),
            SilenceLimit = TimeSpan.FromSeconds(80), // each ping is answered
            PingMessage = "ping",
            PingInterval = TimeSpan.FromSeconds(25),
            Symbols = new() { QuoteAssets = isFutures ? ["USDT"] : ["USDC", "USDT", "BGB", "BRL", "BTC", "ETH", "EUR", "TRY", "USD"], IsDerivatives = isFutures },
            Book = new() { MaintainedDepths = [Depth] },
            Candles = new()
            {
                CallFor = query => new(new($"https://api.bitget.com/api/v3/market/candles?category={category}&symbol={Uri.EscapeDataString(query.Market.Symbol)}"
                    + $"&interval={CandleWords[(int)query.Interval.TotalMinutes]}&startTime={query.FromMicros / 1_000 - 1}"
                    + $"&endTime={query.FromMicros / 1_000 + (long)query.Interval.TotalMilliseconds * (query.Count - 1)}&limit={query.Count}")),
                Parse = ParseCandles,
                Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
                MaxCount = 1000,
            },
        };
    }

    /// <summary>Spot.</summary>
    public static BitgetExchange Spot { get; } = new("bitget", isFutures: false);

    /// <summary>Perpetual contracts that settle in USDT.</summary>
    public static BitgetExchange Futures { get; } = new("bitget-futures", isFutures: true);

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BitgetDecoder();

    /// <summary>Parses a list of instruments. Dated contracts are not read.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetArray("data"),
        entry => isFutures && entry.GetText("type") == "delivery" ? null : entry.GetText("symbol"),
        (entry, _) => $"{Base(entry)}-{entry.GetText("quoteCoin")}{(isFutures ? "-PERP" : "")}",
        static entry => entry.GetText("status"))
    { Facts = Facts });

    /// <summary>
    /// The messages that subscribe or unsubscribe: <c>{"op":"subscribe","args":[{"instType":"spot","topic":"books","symbol":"BTCUSDT"}]}</c>. They have no id.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (topic, part) in streams.GroupByChannel(Profile, StreamsPerMessage))
        {
            var arguments = part.Select(stream =>
                $$"""{"instType":"{{(isFutures ? "usdt-futures" : "spot")}}","topic":"{{topic}}","symbol":{{SubscribeText.ToJsonList([stream.Market.Symbol])}}}""");
            frames.Add(new(null, $$"""{"op":"{{(subscribe ? "subscribe" : "unsubscribe")}}","args":[{{string.Join(',', arguments)}}]}""", part));
        }

        return frames;
    }

    /// <summary>The base asset; tokens of shares begin with a small letter (<c>rTSLA</c>), which their symbols write large.</summary>
    private static string Base(JsonElement entry) => entry.GetText("baseCoin").ToUpper(CultureInfo.InvariantCulture);

    /// <summary>Sizes are in base units, also of contracts.</summary>
    private InstrumentFacts Facts(JsonElement entry, string symbol) => new(isFutures ? InstrumentType.Perpetual : InstrumentType.Spot, Base(entry), entry.GetText("quoteCoin"))
    {
        Settle = isFutures ? "USDT" : null,
        Tick = entry.GetDigits("priceMultiplier") ?? entry.GetStep("pricePrecision"),
        Lot = entry.GetDigits("quantityMultiplier") ?? entry.GetStep("quantityPrecision"),
        MinSize = entry.GetDigits("minOrderQty"),
        MinNotional = entry.GetDigits("minOrderAmount"),
    };

    /// <summary>Parses <c>{"data":[["milliseconds","open","high","low","close","base volume","quote volume"]]}</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.GetArray("data").Select(static row => new Candle(
            long.TryParse(row[0].GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var millis)
                ? millis * 1_000
                : throw new JsonException("The time of a candle is not a number of milliseconds."),
            Open: TradeHistoryParser.GetDecimalText(row[1]),
            High: TradeHistoryParser.GetDecimalText(row[2]),
            Low: TradeHistoryParser.GetDecimalText(row[3]),
            Close: TradeHistoryParser.GetDecimalText(row[4]),
            Volume: TradeHistoryParser.GetDecimalText(row[5]))));
}
