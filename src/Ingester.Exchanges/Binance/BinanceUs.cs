using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>Binance.US: the messages and rules of Binance spot, with a longer ping interval and other markets.</summary>
internal sealed class BinanceUs : IExchange
{
    private static readonly Uri Streams = new("wss://stream.binance.us:9443/stream");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "binance-us",
        Datasets =
        [
            new(Dataset.Trades, Streams, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                Past = BinanceTrades.Single("https://api.binance.us/api/v3/historicalTrades", weight: 25),
            },
            new(Dataset.AggTrades, Streams, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                Past = BinanceTrades.Merged("https://api.binance.us/api/v3/aggTrades", weight: 4),
            },
            new(Dataset.Depth, Streams, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        Markets = new("https://api.binance.us/api/v3/exchangeInfo"),
        StreamsPerConnection = 1024,
        ClientMessages = new(5, TimeSpan.FromSeconds(1)),
        Connects = new(300, TimeSpan.FromMinutes(5)),
        Requests = new(1_200, TimeSpan.FromMinutes(1)),
        MarketsWeight = 10,
        Statuses = BinanceMarkets.SpotStatuses,
        ListSubscriptions = BinanceMarkets.ListSubscriptions,
        MaxConnectionAge = TimeSpan.FromHours(24),
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new() { Source = BinanceBooks.Spot("https://api.binance.us") },
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        QuoteAssets = ["BUSD", "USDT", "USDC", "USD", "BTC", "ETH", "BNB", "DAI"],
    };

    /// <inheritdoc/>
    public IFrameDecoder OpenDecoder() => new BinanceDecoder(BinanceEvents.ReadSpotDepth, new(futures: false));

    /// <inheritdoc/>
    public MarketListing ReadMarkets(ReadOnlySpan<byte> body) => BinanceMarkets.ReadSpot(Profile, body);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> Subscribe(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.Subscribe(Profile, streams, subscribe, ref requestId);
}
