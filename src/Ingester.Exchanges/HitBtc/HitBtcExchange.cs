using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.HitBtc;

/// <summary>
/// HitBTC v3, and Bequant, which serves the same protocol: spot and perpetual contracts. Trade ids grow over all markets; diffs count by one per market; snapshots are sent
/// on the WebSocket, with every level.
/// </summary>
internal sealed class HitBtcExchange : IExchange
{
    private const int SymbolsPerMessage = 50;

    /// <summary>Number of past trades that follow a subscription; the exchange allows 1000.</summary>
    private const int ReplayedTrades = 100;

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "M1",
        [3] = "M3",
        [5] = "M5",
        [15] = "M15",
        [30] = "M30",
        [60] = "H1",
        [240] = "H4",
        [1440] = "D1",
    };

    private HitBtcExchange(string name, string host)
    {
        var feed = new Uri($"wss://{host}/api/3/ws/public");
        var rest = $"https://{host}/api/3/public";
        Profile = new()
        {
            Name = name,
            Protocol = "v3",
            Datasets =
            [
                new(Dataset.Trades, feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "trades" },
                new(Dataset.Depth, feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "orderbook/full" },
            ],
            MarketLists = [new(new($"{rest}/symbol"))],
            MarketStatuses = new() { Trading = ["working"], Terminal = ["expired"] },
            StreamsPerConnection = 200,
            MessageLimit = new(5, TimeSpan.FromSeconds(1)),
            ConnectionLimit = new(30, TimeSpan.FromMinutes(1)),
            AddressMessageLimit = new(10, TimeSpan.FromSeconds(1)),
            RequestWeightLimit = new(20, TimeSpan.FromSeconds(1)),
            SilenceLimit = TimeSpan.FromSeconds(75), // a ping every 30 seconds
            Symbols = new()
            {
                Separators = "_",
                QuoteAssets = ["EURS", "GUSD", "TUSD", "USDC", "USDT", "BCH", "BRL", "BTC", "DAI", "EOS", "ETH", "EUR", "GBP", "TRY", "USD"],
                IsDerivatives = true,
                HasSpot = true,
            },
            Candles = new()
            {
                CallFor = query => new(new($"{rest}/candles/{Uri.EscapeDataString(query.Market.Symbol)}?period={CandleWords[(int)query.Interval.TotalMinutes]}"
                    + $"&sort=ASC&from={query.FromMicros / 1_000}&till={query.FromMicros / 1_000 + (long)query.Interval.TotalMilliseconds * (query.Count - 1)}&limit={query.Count}")),
                Parse = ParseCandles,
                Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
                MaxCount = 1000,
            },
        };
    }

    /// <summary>HitBTC.</summary>
    public static HitBtcExchange HitBtc { get; } = new("hitbtc", "api.hitbtc.com");

    /// <summary>Bequant.</summary>
    public static HitBtcExchange Bequant { get; } = new("bequant", "api.bequant.io");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new HitBtcDecoder();

    /// <summary>Parses <c>{"ETHBTC":{"type":"spot",…}}</c>. Symbols that end with <c>_BQX</c> are listed but cannot be requested.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => new(
        static root => root.AsNamedEntries(),
        static entry => entry.GetText("name") is var symbol && symbol.EndsWith("_BQX", StringComparison.Ordinal) ? null : symbol,
        static (entry, _) => $"{BaseOf(entry)}-{QuoteOf(entry)}{(TypeOf(entry) == InstrumentType.Perpetual ? "-PERP" : "")}",
        static entry => entry.GetRequired("value").GetDigits("status") ?? "working")
    { Facts = Facts });

    /// <summary>
    /// The messages that subscribe or unsubscribe: <c>{"method":"subscribe","ch":"trades","params":{"symbols":["BTCUSDT","ETHBTC"],"limit":100},"id":7}</c>.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, SymbolsPerMessage))
        {
            var symbols = SubscribeText.ToJsonList(part.Select(static stream => stream.Market.Symbol));
            var limit = subscribe && part[0].Dataset == Dataset.Trades ? $",\"limit\":{ReplayedTrades}" : "";
            var verb = subscribe ? "subscribe" : "unsubscribe";
            frames.Add(new(requestId, $$"""{"method":"{{verb}}","ch":"{{channel}}","params":{"symbols":[{{symbols}}]{{limit}}},"id":{{requestId}}}""", part));
            requestId++;
        }

        return frames;
    }

    private static InstrumentType TypeOf(JsonElement entry) => (entry.GetRequired("value").GetText("type"), entry.GetRequired("value").GetDigits("expiry")) switch
    {
        ("spot", _) => InstrumentType.Spot,
        ("futures", null) => InstrumentType.Perpetual,
        (var type, var expiry) => throw new JsonException($"a market of the type '{type}' with the expiry '{expiry}' is unknown."),
    };

    /// <summary>The base asset, in capitals; contracts name it as their <c>underlying</c>.</summary>
    private static string BaseOf(JsonElement entry) =>
        (entry.GetRequired("value").GetDigits("base_currency") ?? entry.GetRequired("value").GetText("underlying")).ToUpper(CultureInfo.InvariantCulture);

    private static string QuoteOf(JsonElement entry) => entry.GetRequired("value").GetText("quote_currency").ToUpper(CultureInfo.InvariantCulture);

    /// <summary>Sizes are in base units, also of contracts.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol) => new(TypeOf(entry), BaseOf(entry), QuoteOf(entry))
    {
        Settle = TypeOf(entry) == InstrumentType.Spot ? null : entry.GetRequired("value").GetText("fee_currency").ToUpper(CultureInfo.InvariantCulture),
        Tick = entry.GetRequired("value").GetDigits("tick_size"),
        Lot = entry.GetRequired("value").GetDigits("quantity_increment"),
    };

    /// <summary>Parses <c>[{"timestamp":"2021-08-20T19:20:00.000Z","open":"1","close":"1","min":"1","max":"1","volume":"1","volume_quote":"1"}]</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.AsArray().Select(static row => new Candle(
            UtcTime.TryParse(Encoding.UTF8.GetBytes(row.GetText("timestamp")), out var micros) ? micros : throw new JsonException("The time of a candle is no UTC time."),
            Open: TradeHistoryParser.GetDecimalText(row.GetRequired("open")),
            High: TradeHistoryParser.GetDecimalText(row.GetRequired("max")),
            Low: TradeHistoryParser.GetDecimalText(row.GetRequired("min")),
            Close: TradeHistoryParser.GetDecimalText(row.GetRequired("close")),
            Volume: TradeHistoryParser.GetDecimalText(row.GetRequired("volume")))));
}
