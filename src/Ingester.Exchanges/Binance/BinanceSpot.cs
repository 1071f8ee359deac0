using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Binance spot: binance.com, Binance.US and Binance TR. The ids of trades and aggregate trades increase by one; depth carries <c>U</c>..<c>u</c>.
/// </summary>
internal sealed class BinanceSpot : IExchange
{
    private readonly MarketListFormat listFormat;

    private BinanceSpot(Site site) => (listFormat, Profile) = (site.ListFormat, new()
    {
        Name = site.Name,
        Protocol = "v3",
        Datasets =
        [
            new(Dataset.Trades, site.Feed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                History = site.ServesPastTrades ? BinanceTradeHistory.ForTrades($"{site.Rest}/api/v3/historicalTrades", weight: 25) : null,
                Published = site.PublishesFiles ? BinanceFiles.OfTrades("spot") : null,
            },
            new(Dataset.AggTrades, site.Feed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                History = BinanceTradeHistory.ForAggTrades($"{site.Rest}/api/v3/aggTrades", weight: 4),
                Published = site.PublishesFiles ? BinanceFiles.OfAggTrades("spot") : null,
            },
            new(Dataset.Depth, site.Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(site.MarketList ?? new($"{site.Rest}/api/v3/exchangeInfo"))],
        StreamsPerConnection = 1024,
        MessageLimit = new(5, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(site.RequestWeightPerMinute, TimeSpan.FromMinutes(1)),
        MarketListWeight = site.MarketListWeight,
        MarketStatuses = site.Statuses,
        ListSubscriptionsMessage = BinanceMarkets.ListSubscriptionsMessage,
        MaxConnectionAge = TimeSpan.FromHours(24),
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new() { SnapshotEndpoint = BinanceSnapshots.ForSpot(site.Rest) },
        SilenceLimit = site.SilenceLimit,
        Symbols = new() { QuoteAssets = site.QuoteAssets },
        Candles = site.Candles,
    });

    /// <summary>binance.com.</summary>
    public static BinanceSpot Global { get; } = new(new("binance", new("wss://stream.binance.com:9443/stream"), "https://api.binance.com")
    {
        RequestWeightPerMinute = 6_000,
        MarketListWeight = 20,
        SilenceLimit = TimeSpan.FromMinutes(1), // the server pings every 20 s
        QuoteAssets = ["FDUSD", "BUSD", "USDT", "USDC", "TUSD", "USDP", "USDS", "USD1", "USDE", "BIDR", "BKRW", "IDRT", "BVND", "EURI", "GYEN", "DOGE", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "GBP", "RUB", "AUD", "NGN", "UAH", "ZAR", "DAI", "PAX", "VAI", "UST", "PLN", "RON", "ARS", "JPY", "MXN", "COP", "CZK", "XRP", "TRX", "DOT", "SOL"],
        Candles = BinanceCandles.ForSpot("https://api.binance.com"),
        PublishesFiles = true,
    });

    /// <summary>Binance.US: the messages and rules of binance.com, with a longer ping interval, lower limits and other markets.</summary>
    public static BinanceSpot Us { get; } = new(new("binance-us", new("wss://stream.binance.us:9443/stream"), "https://api.binance.us")
    {
        RequestWeightPerMinute = 1_200,
        MarketListWeight = 10,
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        QuoteAssets = ["BUSD", "USDT", "USDC", "USD", "BTC", "ETH", "BNB", "DAI"],
        Candles = BinanceCandles.ForSpot("https://api.binance.us"),
    });

    /// <summary>
    /// Binance TR: the messages of binance.com. Only markets of type 1 are recorded, which share their books and ids with binance.com; those of type 3 are traded on
    /// another system, with endpoints of its own. https://www.binance.tr/apidocs
    /// </summary>
    public static BinanceSpot Turkey { get; } = new(new("binance-tr", new("wss://stream-cloud.binance.tr/stream"), "https://api.binance.me")
    {
        MarketList = new("https://www.binance.tr/open/v1/common/symbols"),
        ListFormat = BinanceMarkets.TurkishFormat,
        Statuses = BinanceMarkets.TurkishStatuses,
        ServesPastTrades = false,
        RequestWeightPerMinute = 1_200,
        MarketListWeight = 1,
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        QuoteAssets = Global.Profile.Symbols.QuoteAssets,
        Candles = BinanceCandles.ForSpot("https://api.binance.me"),
    });

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BinanceDecoder(BinanceEventReader.ReadSpotDepth, new(futures: false));

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => BinanceMarkets.Parse(Profile, body, listFormat);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.CreateSubscribeFrames(Profile, streams, subscribe, ref requestId);

    /// <summary>What distinguishes the exchanges.</summary>
    /// <param name="Name">The exchange's name.</param>
    /// <param name="Feed">The WebSocket address.</param>
    /// <param name="Rest">The address of the REST API, without a path.</param>
    private sealed record Site(string Name, Uri Feed, string Rest)
    {
        /// <summary>The limit of the request weight per minute.</summary>
        public required int RequestWeightPerMinute { get; init; }

        /// <summary>The request weight of the market list.</summary>
        public required int MarketListWeight { get; init; }

        /// <summary>How long a connection may be silent.</summary>
        public required TimeSpan SilenceLimit { get; init; }

        /// <summary>The quote assets of symbols.</summary>
        public required IReadOnlyList<string> QuoteAssets { get; init; }

        /// <summary>The address of the market list. Default: <c>exchangeInfo</c> of the REST API.</summary>
        public Uri? MarketList { get; init; }

        /// <summary>The format of the market list. Default: that of <c>exchangeInfo</c>.</summary>
        public MarketListFormat ListFormat { get; init; } = BinanceMarkets.SpotFormat;

        /// <summary>The statuses in the market list. Default: those of <c>exchangeInfo</c>.</summary>
        public MarketStatuses Statuses { get; init; } = BinanceMarkets.SpotStatuses;

        /// <summary>True when single trades of the past are served by id. Default true.</summary>
        public bool ServesPastTrades { get; init; } = true;

        /// <summary>True when the exchange publishes daily files of its trades. Default false.</summary>
        public bool PublishesFiles { get; init; }

        /// <summary>The candles; null where they are not read. Default: null.</summary>
        public CandleEndpoint? Candles { get; init; }
    }
}
