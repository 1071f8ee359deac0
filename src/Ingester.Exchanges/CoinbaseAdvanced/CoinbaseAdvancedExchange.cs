using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.CoinbaseAdvanced;

/// <summary>
/// Coinbase Advanced Trade, spot. Trade ids increase by one per product; depth has no sequence of its own, but the connection counts its messages; snapshots of all
/// levels are sent on the WebSocket.
/// </summary>
internal sealed class CoinbaseAdvancedExchange : IExchange
{
    /// <summary>Number of products in one message; the exchange documents no limit.</summary>
    private const int ProductsPerMessage = 20;

    private const string Rest = "https://api.coinbase.com/api/v3/brokerage/market/products";

    private static readonly string[] RestrictionFlags =
        ["trading_disabled", "is_disabled", "view_only", "cancel_only", "post_only", "limit_only", "auction_mode"];

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "ONE_MINUTE",
        [5] = "FIVE_MINUTE",
        [15] = "FIFTEEN_MINUTE",
        [30] = "THIRTY_MINUTE",
        [60] = "ONE_HOUR",
        [120] = "TWO_HOUR",
        [360] = "SIX_HOUR",
        [1440] = "ONE_DAY",
    };

    private static readonly MarketListFormat ProductListFormat = new(
        static root => root.GetArray("products"),
        static product => IsServed(product) ? product.GetText("product_id") : null,
        static (product, _) => $"{product.GetText("base_currency_id")}-{product.GetText("quote_currency_id")}",
        StatusOf)
    { Facts = Facts };

    private static readonly Uri Feed = new("wss://advanced-trade-ws.coinbase.com");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "coinbase-advanced",
        Protocol = "advanced-trade",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "market_trades" },
            new(Dataset.Depth, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "level2" },
        ],
        MarketLists = [new(new(Rest))],
        MarketStatuses = new() { Trading = ["online"], Terminal = ["delisted"] },
        StreamsPerConnection = 40, // a lost message makes all streams of its connection suspect, and a snapshot of a product has up to 5 MB
        MessageLimit = new(8, TimeSpan.FromSeconds(1)),
        AddressMessageLimit = new(8, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(8, TimeSpan.FromSeconds(1)),
        RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromSeconds(10), // a heartbeat every second
        OpeningMessages = ["""{"type":"subscribe","channel":"heartbeats"}"""],
        Symbols = new() { Separators = "-" },
        Candles = new()
        {
            CallFor = query => new(new($"{Rest}/{Uri.EscapeDataString(query.Market.Symbol)}/candles?granularity={CandleWords[(int)query.Interval.TotalMinutes]}"
                + $"&start={query.FromMicros / 1_000_000}&end={query.FromMicros / 1_000_000 + (query.Count - 1) * (long)query.Interval.TotalSeconds}&limit={query.Count}")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 350,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new CoinbaseAdvancedDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => ProductListFormat);

    /// <summary>The messages, each for one channel: <c>{"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"}</c>. They have no request ids.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, ProductsPerMessage))
        {
            var products = SubscribeText.ToJsonList(part.Select(stream => stream.Market.Symbol));
            frames.Add(new(RequestId: null, $$"""{"type":"{{(subscribe ? "subscribe" : "unsubscribe")}}","product_ids":[{{products}}],"channel":"{{channel}}"}""", part));
        }

        return frames;
    }

    /// <summary>True for a spot product with messages of its own. Those of an alias (<c>BTC-USDC</c>) are the messages of the other product (<c>BTC-USD</c>).</summary>
    private static bool IsServed(JsonElement product) => product.GetText("product_type") == "SPOT" && product.GetDigits("alias") is null;

    /// <summary>The status of a product. An online product may still be restricted: then the name of the restricting flag is used as the status.</summary>
    private static string StatusOf(JsonElement product) =>
        product.GetText("status") is not "online" and var status ? status : RestrictionFlags.FirstOrDefault(flag => product.GetFlag(flag)) ?? "online";

    private static InstrumentFacts Facts(JsonElement product, string symbol) =>
        new(InstrumentType.Spot, product.GetText("base_currency_id"), product.GetText("quote_currency_id"))
        {
            Tick = product.GetDigits("price_increment"),
            Lot = product.GetDigits("base_increment"),
            MinSize = product.GetDigits("base_min_size"),
            MinNotional = product.GetDigits("quote_min_size"),
        };

    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        return [.. document.RootElement.GetArray("candles").Select(static candle => new Candle(
            long.TryParse(candle.GetDigits("start"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? seconds * 1_000_000
                : throw new JsonException("The 'start' of a candle is not a number of seconds."),
            candle.GetText("open"), candle.GetText("high"), candle.GetText("low"), candle.GetText("close"), candle.GetText("volume")))];
    }
}
