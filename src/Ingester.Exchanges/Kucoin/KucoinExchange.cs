using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Kucoin;

/// <summary>
/// KuCoin spot, the classic API. Diffs are contiguous by <c>sequenceStart</c>..<c>sequenceEnd</c>; trades take numbers of the same sequence, so theirs only grow.
/// The address of a connection, with a token, is fetched over REST.
/// </summary>
internal sealed class KucoinExchange : IExchange, IConnectionBootstrap
{
    private const int TopicsPerMessage = 100;
    private const string Rest = "https://api.kucoin.com";

    private static readonly Uri Feed = new("wss://ws-api-spot.kucoin.com/");

    /// <summary>Symbols keep the first name of an asset that was renamed.</summary>
    private static readonly SymbolRule SymbolNames = new()
    {
        Aliases = new Dictionary<string, string>(StringComparer.Ordinal) { ["BCHSV"] = "BSV", ["R"] = "REV", ["WAX"] = "WAXP", ["LOKI"] = "OXEN" },
    };

    private static readonly MarketListFormat SymbolsFormat = new(
        static root => root.GetArray("data"),
        static entry => entry.GetText("symbol"),
        static (_, symbol) => SymbolNames.ToMarket(symbol).Name,
        static entry => entry.GetRequired("enableTrading").ValueKind == JsonValueKind.True ? "enabled" : "disabled")
    {
        Facts = static (entry, _) => new(InstrumentType.Spot, SymbolNames.Asset(entry.GetText("baseCurrency")), SymbolNames.Asset(entry.GetText("quoteCurrency")))
        {
            Tick = entry.GetDigits("priceIncrement"),
            Lot = entry.GetDigits("baseIncrement"),
            MinSize = entry.GetDigits("baseMinSize"),
            MinNotional = entry.GetDigits("minFunds"),
        },
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "kucoin",
        Protocol = "classic",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "/market/match" },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "/market/level2" },
        ],
        MarketLists = [new(new($"{Rest}/api/v2/symbols"))],
        MarketListWeight = 4,
        MarketStatuses = new() { Trading = ["enabled"] },
        StreamsPerConnection = 300,
        MessageLimit = new(100, TimeSpan.FromSeconds(10)),
        ConnectionLimit = new(30, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(2_000, TimeSpan.FromSeconds(30)),
        SilenceLimit = TimeSpan.FromMinutes(1), // each ping is answered
        PingMessage = """{"id":"ping","type":"ping"}""",
        PingInterval = TimeSpan.FromSeconds(18),
        Symbols = SymbolNames,
        Book = new() { SnapshotEndpoint = KucoinRest.Snapshots(Rest) },
        Candles = KucoinRest.Candles(Rest),
    };

    /// <inheritdoc/>
    public RestCall BootstrapCall { get; } = new(new($"{Rest}/api/v1/bullet-public"), "{}");

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new KucoinDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => SymbolsFormat);

    /// <summary>
    /// Parses <c>{"code":"200000","data":{"token":"…","instanceServers":[{"endpoint":"wss://…","protocol":"websocket","pingInterval":18000}]}}</c>.
    /// </summary>
    public ConnectionAddress ParseBootstrap(Uri endpoint, ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        var data = document.RootElement.GetRequired("data");
        if (data.GetArray("instanceServers").FirstOrDefault() is not { ValueKind: JsonValueKind.Object } server)
            throw new JsonException("'instanceServers' names no server.");
        if (!Uri.TryCreate(server.GetText("endpoint"), UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeWss)
            throw new JsonException($"The endpoint '{server.GetText("endpoint")}' is not a wss address.");
        var interval = long.TryParse(server.GetDigits("pingInterval"), NumberStyles.None, CultureInfo.InvariantCulture, out var millis) && millis is > 0 and < int.MaxValue
            ? TimeSpan.FromMilliseconds(millis)
            : (TimeSpan?)null;
        return new(new($"{address.GetLeftPart(UriPartial.Path)}?token={Uri.EscapeDataString(data.GetText("token"))}"), interval);
    }

    /// <summary>The messages that subscribe or unsubscribe: <c>{"id":"1","type":"subscribe","topic":"/market/match:BTC-USDT,ETH-USDT","response":true}</c>.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, TopicsPerMessage))
        {
            var topic = SubscribeText.ToJsonList([$"{channel}:{string.Join(',', part.Select(stream => stream.Market.Symbol))}"]);
            frames.Add(new(requestId, $$"""{"id":"{{requestId}}","type":"{{(subscribe ? "subscribe" : "unsubscribe")}}","topic":{{topic}},"response":true}""", part));
            requestId++;
        }

        return frames;
    }
}
