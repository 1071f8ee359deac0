using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Binance futures, USD-M and COIN-M. The ids of trades increase by one; depth chains by <c>pu</c> and <c>u</c>. Sizes of COIN-M are numbers of contracts.
/// </summary>
internal sealed class BinanceFutures : IExchange
{
    private BinanceFutures(MarketKind kind) => Profile = new()
    {
        Name = kind.Name,
        CsvId = kind.IsInverse ? static _ => "binance-delivery" : null,
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, kind.PublicFeed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                History = BinanceTradeHistory.ForTrades($"{kind.Rest}/historicalTrades", weight: 20, keyHeader: "X-MBX-APIKEY"),
                Published = BinanceFiles.OfTrades(kind.FileFolder),
            },
            new(Dataset.AggTrades, kind.MarketFeed, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                History = BinanceTradeHistory.ForAggTrades($"{kind.Rest}/aggTrades", weight: 20),
                Published = BinanceFiles.OfAggTrades(kind.FileFolder),
            },
            new(Dataset.Depth, kind.PublicFeed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(new($"{kind.Rest}/exchangeInfo"))],
        StreamsPerConnection = kind.StreamsPerConnection,
        MessageLimit = new(10, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(2_400, TimeSpan.FromMinutes(1)),
        MarketStatuses = BinanceMarkets.FuturesStatuses,
        ListSubscriptionsMessage = BinanceMarkets.ListSubscriptionsMessage,
        MaxConnectionAge = TimeSpan.FromHours(24),
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        Symbols = new() { QuoteAssets = kind.QuoteAssets, IsDerivatives = true },
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new()
        {
            AttachRule = SnapshotAttachRule.AtOrAfter, // "drop any event where u is < lastUpdateId"
            SnapshotEndpoint = BinanceSnapshots.ForFutures(kind.Rest),
        },
        Candles = BinanceCandles.ForFutures(kind.Rest, kind.IsInverse),
    };

    /// <summary>USD-M: contracts that settle in USDT or USDC. Streams are split over two endpoints since 2026.</summary>
    public static BinanceFutures UsdMargined { get; } = new(new("binance-futures", "https://fapi.binance.com/fapi/v1")
    {
        PublicFeed = new("wss://fstream.binance.com/public/stream"),
        MarketFeed = new("wss://fstream.binance.com/market/stream"),
        FileFolder = "futures/um",
        StreamsPerConnection = 1024,
        QuoteAssets = ["BUSD", "USDT", "USDC", "USD1", "BTC"],
    });

    /// <summary>COIN-M: contracts of a number of dollars that settle in the base asset.</summary>
    public static BinanceFutures CoinMargined { get; } = new(new("binance-coinm", "https://dapi.binance.com/dapi/v1")
    {
        PublicFeed = new("wss://dstream.binance.com/stream"),
        MarketFeed = new("wss://dstream.binance.com/stream"),
        FileFolder = "futures/cm",
        StreamsPerConnection = 200,
        QuoteAssets = ["USD"],
        IsInverse = true,
    });

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BinanceDecoder(BinanceEventReader.ReadFuturesDepth, new(futures: true));

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => BinanceMarkets.Parse(Profile, body, BinanceMarkets.FuturesFormat);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.CreateSubscribeFrames(Profile, streams, subscribe, ref requestId);

    /// <summary>What distinguishes the two kinds of futures.</summary>
    /// <param name="Name">The exchange's name.</param>
    /// <param name="Rest">Address of the REST API.</param>
    private sealed record MarketKind(string Name, string Rest)
    {
        /// <summary>The WebSocket address of trades and depth.</summary>
        public required Uri PublicFeed { get; init; }

        /// <summary>The WebSocket address of aggregate trades.</summary>
        public required Uri MarketFeed { get; init; }

        /// <summary>The folder of its published files.</summary>
        public required string FileFolder { get; init; }

        /// <summary>Maximum number of streams per connection.</summary>
        public required int StreamsPerConnection { get; init; }

        /// <summary>The quote assets of symbols.</summary>
        public required IReadOnlyList<string> QuoteAssets { get; init; }

        /// <summary>True when sizes are numbers of contracts that settle in the base asset. Default false.</summary>
        public bool IsInverse { get; init; }
    }
}
