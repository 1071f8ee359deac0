using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Coinbase;

/// <summary>Coinbase Exchange. Trade ids increase by one per product; depth has no sequence; snapshots are sent on the WebSocket.</summary>
internal sealed class CoinbaseExchange : IExchange
{
    /// <summary>Number of products in one message; the exchange documents no limit.</summary>
    private const int ProductsPerMessage = 100;

    private static readonly string[] RestrictionFlags = ["cancel_only", "post_only", "limit_only", "auction_mode"];

    private static readonly MarketListFormat ProductListFormat = new(
        static root => root.AsArray(),
        static product => product.GetText("id"),
        static (product, _) => $"{product.GetText("base_currency")}-{product.GetText("quote_currency")}",
        StatusOf)
    {
        Facts = static (product, _) => new(InstrumentType.Spot, product.GetText("base_currency"), product.GetText("quote_currency"))
        {
            Tick = product.GetDigits("quote_increment"),
            Lot = product.GetDigits("base_increment"),
            MinSize = product.GetDigits("base_min_size"),
            MinNotional = product.GetDigits("min_market_funds"),
        },
    };

    private static readonly Uri Feed = new("wss://ws-feed.exchange.coinbase.com");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "coinbase",
        Protocol = "exchange",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "matches", History = CoinbaseTradeHistory.Endpoint },
            new(Dataset.Depth, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "level2_batch" },
        ],
        MarketLists = [new(new("https://api.exchange.coinbase.com/products"))],
        MarketStatuses = new() { Trading = ["online"], Terminal = ["delisted"] },
        StreamsPerConnection = 100,
        MessageLimit = new(100, TimeSpan.FromSeconds(1)),
        AddressMessageLimit = new(100, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(8, TimeSpan.FromSeconds(1)),
        RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromSeconds(10), // each product sends a heartbeat every second
        Symbols = new() { QuoteAssets = ["USDC", "USDT", "USD", "EUR", "GBP", "BTC", "ETH", "DAI"] },
        Candles = CoinbaseCandles.Endpoint,
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new CoinbaseDecoder();

    /// <summary>Parses <c>/products</c>.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => ProductListFormat);

    /// <summary>
    /// The status of a product. An online product may still be restricted: then the name of the restricting flag is used as the status.
    /// </summary>
    private static string StatusOf(JsonElement product)
    {
        if (product.GetText("status") is not "online" and var status)
            return status;
        return product.GetFlag("trading_disabled") ? "trading_disabled"
            : RestrictionFlags.FirstOrDefault(flag => product.TryGetProperty(flag, out var set) && set.ValueKind == JsonValueKind.True) ?? "online";
    }

    /// <summary>
    /// The messages that subscribe or unsubscribe: <c>{"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches","heartbeat"]}</c>. Every
    /// subscription includes heartbeats. They are never unsubscribed because the product's other channel still needs them.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, ProductsPerMessage))
        {
            var products = SubscribeText.ToJsonList(part.Select(stream => stream.Market.Symbol));
            var text = subscribe
                ? $$"""{"type":"subscribe","product_ids":[{{products}}],"channels":["{{channel}}","heartbeat"]}"""
                : $$"""{"type":"unsubscribe","product_ids":[{{products}}],"channels":["{{channel}}"]}""";
            frames.Add(new(RequestId: null, text, part));
        }

        return frames;
    }
}
