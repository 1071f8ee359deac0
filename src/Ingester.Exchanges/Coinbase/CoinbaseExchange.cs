using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Coinbase;

/// <summary>Coinbase Exchange. Trade ids increase by one per product; depth has no sequence; snapshots are sent on the WebSocket.</summary>
internal sealed class CoinbaseExchange : IExchange
{
    /// <summary>Number of products in one message; the exchange documents no limit.</summary>
    private const int ProductsPerMessage = 100;

    private static readonly string[] Restrictions = ["cancel_only", "post_only", "limit_only", "auction_mode"];

    private static readonly MarketListForm Products = new(
        static root => root.Elements(),
        static product => product.Text("id"),
        static (product, _) => $"{product.Text("base_currency")}-{product.Text("quote_currency")}",
        Status);

    private static readonly Uri Feed = new("wss://ws-feed.exchange.coinbase.com");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "coinbase",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "matches", Past = CoinbaseTrades.Source },
            new(Dataset.Depth, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "level2_batch" },
        ],
        Markets = new("https://api.exchange.coinbase.com/products"),
        Statuses = new() { Trading = ["online"], Terminal = ["delisted"] },
        StreamsPerConnection = 100,
        ClientMessages = new(100, TimeSpan.FromSeconds(1)),
        AddressMessages = new(100, TimeSpan.FromSeconds(1)),
        Connects = new(8, TimeSpan.FromSeconds(1)),
        Requests = new(10, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromSeconds(10), // each product sends a heartbeat every second
        QuoteAssets = ["USDC", "USDT", "USD", "EUR", "GBP", "BTC", "ETH", "DAI"],
    };

    /// <inheritdoc/>
    public IFrameDecoder OpenDecoder() => new CoinbaseDecoder();

    /// <summary>Parses <c>/products</c>.</summary>
    public MarketListing ReadMarkets(ReadOnlySpan<byte> body) => MarketBody.Read(Profile, body, static _ => Products);

    /// <summary>
    /// The status of a product. An online product may still be restricted: then the name of the restricting flag is used as the status.
    /// </summary>
    private static string Status(JsonElement product)
    {
        if (product.Text("status") is not "online" and var status)
            return status;
        return product.Flag("trading_disabled") ? "trading_disabled"
            : Restrictions.FirstOrDefault(flag => product.TryGetProperty(flag, out var set) && set.ValueKind == JsonValueKind.True) ?? "online";
    }

    /// <summary>
    /// The messages that subscribe or unsubscribe: <c>{"type":"subscribe","product_ids":["BTC-USD"],"channels":["matches","heartbeat"]}</c>. Every
    /// subscription includes heartbeats. They are never unsubscribed because the product's other channel still needs them.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> Subscribe(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.ByChannel(Profile, ProductsPerMessage))
        {
            var products = SubscribeText.Quoted(part.Select(stream => stream.Market.Symbol));
            var text = subscribe
                ? $$"""{"type":"subscribe","product_ids":[{{products}}],"channels":["{{channel}}","heartbeat"]}"""
                : $$"""{"type":"unsubscribe","product_ids":[{{products}}],"channels":["{{channel}}"]}""";
            frames.Add(new(RequestId: null, text, part));
        }

        return frames;
    }
}
