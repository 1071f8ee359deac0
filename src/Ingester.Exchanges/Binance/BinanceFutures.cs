using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// Binance USD-M futures. The ids of trades increase by one; depth chains by <c>pu</c> and <c>u</c>. Streams are split over two endpoints since 2026.
/// </summary>
internal sealed class BinanceFutures : IExchange
{
    private static readonly Uri Public = new("wss://fstream.binance.com/public/stream");
    private static readonly Uri Market = new("wss://fstream.binance.com/market/stream");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "binance-futures",
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, Public, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "trade",
                History = BinanceTradeHistory.ForTrades("https://fapi.binance.com/fapi/v1/historicalTrades", weight: 20, keyHeader: "X-MBX-APIKEY"),
            },
            new(Dataset.AggTrades, Market, SequenceKind.Contiguous, StreamIdentity.Identical)
            {
                Channel = "aggTrade",
                History = BinanceTradeHistory.ForAggTrades("https://fapi.binance.com/fapi/v1/aggTrades", weight: 20),
            },
            new(Dataset.Depth, Public, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(new("https://fapi.binance.com/fapi/v1/exchangeInfo"))],
        StreamsPerConnection = 1024,
        MessageLimit = new(10, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(2_400, TimeSpan.FromMinutes(1)),
        MarketStatuses = BinanceMarkets.FuturesStatuses,
        ListSubscriptionsMessage = BinanceMarkets.ListSubscriptionsMessage,
        MaxConnectionAge = TimeSpan.FromHours(24),
        SilenceLimit = TimeSpan.FromSeconds(200), // the server pings every 3 min
        Symbols = new() { QuoteAssets = ["BUSD", "USDT", "USDC", "USD1", "BTC"], IsDerivatives = true },
        UsedWeightHeader = BinanceMarkets.UsedWeightHeader,
        Book = new()
        {
            AttachRule = SnapshotAttachRule.AtOrAfter, // "drop any event where u is < lastUpdateId"
            SnapshotEndpoint = BinanceSnapshots.ForFutures("https://fapi.binance.com"),
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BinanceDecoder(BinanceEventReader.ReadFuturesDepth, new(futures: true));

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => BinanceMarkets.ParseFutures(Profile, body);

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId) =>
        BinanceMarkets.CreateSubscribeFrames(Profile, streams, subscribe, ref requestId);
}
