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
        Protocol = "v3",
        Datasets =
        [
            new(Dataset.Trades, Streams, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                History = BinanceTradeHistory.ForTrades("https://api.binance.us/api/v3/historicalTrades", weight: 25),
            },
            new(Dataset.AggTrades, Streams, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                History = BinanceTradeHistory.ForAggTrades("https://api.binance.us/api/v3/aggTrades", weight: 4),
            },
            new(Dataset.Depth, Streams, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(new("https://api.binance.us/api/v3/exchangeInfo"))],
        StreamsPerConnection = 1024,
        MessageLimit = new(5, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(1_200, TimeSpan.FromMinutes(1)),
        MarketListWeight = 10,
        MarketStatuses = BinanceMarkets.SpotStatuses,
        ListSubscriptionsMessage = BinanceMarkets.ListSubscriptionsMessage,
        MaxConnectionAge = TimeSpan.FromHours(24),
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new() { SnapshotEndpoint = BinanceSnapshots.ForSpot("https://api.binance.us") },
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        Symbols = new() { QuoteAssets = ["BUSD", "USDT", "USDC", "USD", "BTC", "ETH", "BNB", "DAI"] },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BinanceDecoder(BinanceEventReader.ReadSpotDepth, new(futures: false));

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => BinanceMarkets.ParseSpot(Profile, body);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.CreateSubscribeFrames(Profile, streams, subscribe, ref requestId);
}
