using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Kraken;

/// <summary>
/// Kraken spot, WebSocket v2. Trade ids increase by one per market; depth has a checksum and no sequence; snapshots are sent on the WebSocket.
/// </summary>
internal sealed class KrakenSpot : IExchange
{
    /// <summary>Number of symbols in one message; the exchange documents no limit.</summary>
    private const int SymbolsPerMessage = 50;

    /// <summary>Maximum depth that the exchange offers; below it the book is unknown.</summary>
    private const int BookDepth = 1000;

    private static readonly Uri Feed = new("wss://ws.kraken.com/v2");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "kraken",
        Protocol = "v2",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "trade", History = KrakenTradeHistory.Endpoint },
            new(Dataset.Depth, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "book" },
        ],
        MarketLists = [new(new("https://api.kraken.com/0/public/AssetPairs"))],
        MarketStatuses = new() { Trading = ["online"], Terminal = ["delisted"] },
        StreamsPerConnection = 200,
        MessageLimit = new(5, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(150, TimeSpan.FromMinutes(10)),
        RequestWeightLimit = new(15, TimeSpan.FromSeconds(10)),
        SilenceLimit = TimeSpan.FromSeconds(10), // the server sends a heartbeat every second while there is no other message
        Symbols = new() { QuoteAssets = ["USDC", "USDT", "USD", "EUR", "GBP", "BTC", "ETH", "DAI", "AUD", "CAD", "CHF", "JPY"] },
        Book = new()
        {
            MaintainedDepths = [10, 25, 100, 500, BookDepth],
            Checksum = new(PriceDecimals: null, SizeDecimals: null), // numbers have the precision of the market, trailing zeros included
        },
        Candles = KrakenCandles.Endpoint,
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new KrakenDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => KrakenMarkets.Parse(Profile, body);

    /// <summary>
    /// The messages that subscribe or unsubscribe:
    /// <c>{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":1000,"snapshot":true},"req_id":1}</c>.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, SymbolsPerMessage))
        {
            var method = subscribe ? "subscribe" : "unsubscribe";
            var symbols = SubscribeText.ToJsonList(part.Select(stream => stream.Market.Symbol));
            var depth = part[0].Dataset == Dataset.Depth ? $",\"depth\":{BookDepth}" : "";
            var snapshot = subscribe ? ",\"snapshot\":true" : "";
            var parameters = $$"""{"channel":"{{channel}}","symbol":[{{symbols}}]{{depth}}{{snapshot}}}""";
            frames.Add(new(requestId, $$"""{"method":"{{method}}","params":{{parameters}},"req_id":{{requestId}}}""", part));
            requestId++;
        }

        return frames;
    }
}
