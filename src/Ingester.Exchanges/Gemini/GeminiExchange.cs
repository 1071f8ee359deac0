using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Gemini;

/// <summary>
/// Gemini, spot and perpetual contracts, the WebSocket API of 2025: trade ids grow over all markets; diffs are contiguous by <c>U</c> and <c>u</c>; snapshots are sent
/// on the WebSocket, because the address asks for them.
/// </summary>
internal sealed class GeminiExchange : IExchange
{
    /// <summary>An unknown market rejects the complete request, so requests are small.</summary>
    private const int StreamsPerMessage = 20;

    private static readonly Uri Feed = new("wss://ws.gemini.com/?snapshot=-1");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "gemini",
        Protocol = "0.10.7",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "trade" },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "depth@100ms" },
        ],
        MarketLists = [new(new("https://api.gemini.com/v1/symbols/details/all"))],
        MarketStatuses = new() { Trading = ["open"] },
        StreamsPerConnection = 200,
        MessageLimit = new(20, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(300, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(120, TimeSpan.FromMinutes(1)),
        SilenceLimit = TimeSpan.FromMinutes(1), // each ping is answered
        PingMessage = """{"id":"ping","method":"ping"}""",
        PingInterval = TimeSpan.FromSeconds(20),
        Symbols = new()
        {
            QuoteAssets = ["RLUSD", "GUSD", "USDC", "USDT", "USD", "EUR", "GBP", "SGD", "BTC", "ETH", "SOL", "FIL", "BCH", "LTC", "DAI"],
            IsDerivatives = true,
            HasSpot = true,
            ContractQuote = "GUSD",
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new GeminiDecoder();

    /// <summary>Parses the details of all symbols. The list writes symbols in upper case, frames in lower case.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => new(
        static root => root.AsArray(),
        static entry => entry.GetText("symbol").ToLower(CultureInfo.InvariantCulture),
        static (entry, _) => $"{entry.GetText("base_currency")}-{entry.GetText("quote_currency")}{(IsPerpetual(entry) ? "-PERP" : "")}",
        static entry => entry.GetText("status"))
    { Facts = Facts });

    /// <summary>The messages that subscribe or unsubscribe: <c>{"id":7,"method":"subscribe","params":["btcusd@trade","ethusd@trade"]}</c>.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, StreamsPerMessage))
        {
            var names = SubscribeText.ToJsonList(part.Select(stream => $"{stream.Market.Symbol}@{channel}"));
            frames.Add(new(requestId, $$"""{"id":{{requestId}},"method":"{{(subscribe ? "subscribe" : "unsubscribe")}}","params":[{{names}}]}""", part));
            requestId++;
        }

        return frames;
    }

    private static bool IsPerpetual(JsonElement entry) => entry.GetText("product_type") switch
    {
        "swap" => true,
        "spot" => false,
        var other => throw new JsonException($"the 'product_type' {other} is unknown."),
    };

    /// <summary>The <c>tick_size</c> is the step of sizes, and the <c>quote_increment</c> that of prices. Sizes of contracts are in base units.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol) =>
        new(IsPerpetual(entry) ? InstrumentType.Perpetual : InstrumentType.Spot, entry.GetText("base_currency"), entry.GetText("quote_currency"))
        {
            Settle = IsPerpetual(entry) ? entry.GetDigits("contract_price_currency") : null,
            Tick = entry.GetDigits("quote_increment"),
            Lot = entry.GetDigits("tick_size"),
            MinSize = entry.GetDigits("min_order_size"),
        };
}
