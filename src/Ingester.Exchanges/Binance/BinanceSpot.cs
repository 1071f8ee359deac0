using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Binance spot: binance.com and Binance.US. The ids of trades and aggregate trades increase by one; depth carries <c>U</c>..<c>u</c>.
/// </summary>
internal sealed class BinanceSpot : IExchange
{
    private BinanceSpot(Site site) => Profile = new()
    {
        Name = site.Name,
        Protocol = "v3",
        Datasets =
        [
            new(Dataset.Trades, site.Feed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                History = BinanceTradeHistory.ForTrades($"{site.Rest}/api/v3/historicalTrades", weight: 25),
            },
            new(Dataset.AggTrades, site.Feed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                History = BinanceTradeHistory.ForAggTrades($"{site.Rest}/api/v3/aggTrades", weight: 4),
            },
            new(Dataset.Depth, site.Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(new($"{site.Rest}/api/v3/exchangeInfo"))],
        StreamsPerConnection = 1024,
        MessageLimit = new(5, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(site.RequestWeightPerMinute, TimeSpan.FromMinutes(1)),
        MarketListWeight = site.MarketListWeight,
        MarketStatuses = BinanceMarkets.SpotStatuses,
        ListSubscriptionsMessage = BinanceMarkets.ListSubscriptionsMessage,
        MaxConnectionAge = TimeSpan.FromHours(24),
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new() { SnapshotEndpoint = BinanceSnapshots.ForSpot(site.Rest) },
        SilenceLimit = site.SilenceLimit,
        Symbols = new() { QuoteAssets = site.QuoteAssets },
    };

    /// <summary>binance.com.</summary>
    public static BinanceSpot Global { get; } = new(new("binance", new("wss://stream.binance.com:9443/stream"), "https://api.binance.com")
    {
        RequestWeightPerMinute = 6_000,
        MarketListWeight = 20,
        SilenceLimit = TimeSpan.FromMinutes(1), // the server pings every 20 s
        QuoteAssets = ["FDUSD", "BUSD", "USDT", "USDC", "TUSD", "USDP", "USDS", "USD1", "USDE", "BIDR", "BKRW", "IDRT", "BVND", "EURI", "GYEN", "DOGE", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "GBP", "RUB", "AUD", "NGN", "UAH", "ZAR", "DAI", "PAX", "VAI", "UST", "PLN", "RON", "ARS", "JPY", "MXN", "COP", "CZK", "XRP", "TRX", "DOT", "SOL"],
    });

    /// <summary>Binance.US: the messages and rules of binance.com, with a longer ping interval, lower limits and other markets.</summary>
    public static BinanceSpot Us { get; } = new(new("binance-us", new("wss://stream.binance.us:9443/stream"), "https://api.binance.us")
    {
        RequestWeightPerMinute = 1_200,
        MarketListWeight = 10,
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        QuoteAssets = ["BUSD", "USDT", "USDC", "USD", "BTC", "ETH", "BNB", "DAI"],
    });

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BinanceDecoder(BinanceEventReader.ReadSpotDepth, new(futures: false));

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => BinanceMarkets.ParseSpot(Profile, body);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.CreateSubscribeFrames(Profile, streams, subscribe, ref requestId);

    /// <summary>What distinguishes the two exchanges.</summary>
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
    }
}
