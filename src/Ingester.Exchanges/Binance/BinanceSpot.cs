using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>Binance spot. The ids of trades and aggregate trades increase by one; depth carries <c>U</c>..<c>u</c>.</summary>
internal sealed class BinanceSpot : IExchange
{
    private static readonly Uri Streams = new("wss://stream.binance.com:9443/stream");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "binance",
        Protocol = "v3",
        Datasets =
        [
            new(Dataset.Trades, Streams, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                History = BinanceTradeHistory.ForTrades("https://api.binance.com/api/v3/historicalTrades", weight: 25),
            },
            new(Dataset.AggTrades, Streams, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                History = BinanceTradeHistory.ForAggTrades("https://api.binance.com/api/v3/aggTrades", weight: 4),
            },
            new(Dataset.Depth, Streams, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(new("https://api.binance.com/api/v3/exchangeInfo"))],
        StreamsPerConnection = 1024,
        MessageLimit = new(5, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(6_000, TimeSpan.FromMinutes(1)),
        MarketListWeight = 20,
        MarketStatuses = BinanceMarkets.SpotStatuses,
        ListSubscriptionsMessage = BinanceMarkets.ListSubscriptionsMessage,
        MaxConnectionAge = TimeSpan.FromHours(24),
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new() { SnapshotEndpoint = BinanceSnapshots.ForSpot("https://api.binance.com") },
        SilenceLimit = TimeSpan.FromMinutes(1), // the server pings every 20 s
        Symbols = new() { QuoteAssets = ["FDUSD", "BUSD", "USDT", "USDC", "TUSD", "USDP", "USDS", "USD1", "USDE", "BIDR", "BKRW", "IDRT", "BVND", "EURI", "GYEN", "DOGE", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "GBP", "RUB", "AUD", "NGN", "UAH", "ZAR", "DAI", "PAX", "VAI", "UST", "PLN", "RON", "ARS", "JPY", "MXN", "COP", "CZK", "XRP", "TRX", "DOT", "SOL"] },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BinanceDecoder(BinanceEventReader.ReadSpotDepth, new(futures: false));

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => BinanceMarkets.ParseSpot(Profile, body);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.CreateSubscribeFrames(Profile, streams, subscribe, ref requestId);
}
