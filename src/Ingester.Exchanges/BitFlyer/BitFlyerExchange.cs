using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.BitFlyer;

/// <summary>
/// bitFlyer Lightning: spot, and the perpetual contract Crypto CFD. Trade ids grow over all markets; books have neither an id nor a time; snapshots are sent on the WebSocket.
/// </summary>
internal sealed class BitFlyerExchange : IExchange
{
    /// <summary>Levels per side of a snapshot.</summary>
    public const int Depth = 300;

    /// <summary>The list names no status: what it lists can be traded.</summary>
    private const string Listed = "listed";

    private static readonly Uri Feed = new("wss://ws.lightstream.bitflyer.com/json-rpc");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "bitflyer",
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "lightning_executions" },
            new(Dataset.Depth, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "lightning_board", HasExchangeTime = false },
        ],
        MarketLists = [new(new("https://api.bitflyer.com/v1/getmarkets"))],
        MarketStatuses = new() { Trading = [Listed] },
        StreamsPerConnection = 100,
        MessageLimit = new(20, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(20, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(500, TimeSpan.FromMinutes(5)),
        SilenceLimit = TimeSpan.FromMinutes(1), // snapshots are repeated every few seconds
        Symbols = new()
        {
            Separators = "_",
            IsDerivatives = true,
            HasSpot = true,
            ContractClasses = new Dictionary<string, string>(StringComparer.Ordinal) { ["FX_"] = "" },
        },
        Book = new() { MaintainedDepths = [Depth] },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BitFlyerDecoder();

    /// <summary>Parses <c>[{"product_code":"BTC_JPY","market_type":"Spot"},{"product_code":"FX_BTC_JPY","market_type":"FX"}]</c>.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.AsArray(),
        static entry => entry.GetText("product_code"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static _ => Listed)
    { Facts = Facts });

    /// <summary>
    /// The messages that subscribe or unsubscribe, one per channel: <c>{"method":"subscribe","params":{"channel":"lightning_board_BTC_JPY"},"id":7}</c>. A book has a
    /// second channel, for its snapshots, which is subscribed after the diffs.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, size: 1))
        {
            frames.Add(CreateFrame($"{channel}_{part[0].Market.Symbol}", part, subscribe, requestId++));
            if (part[0].Dataset == Dataset.Depth)
                frames.Add(CreateFrame($"{channel}_snapshot_{part[0].Market.Symbol}", [], subscribe, requestId++));
        }

        return frames;
    }

    private static SubscribeFrame CreateFrame(string channel, IReadOnlyList<Subscription> streams, bool subscribe, long requestId) =>
        new(requestId, $$"""{"method":"{{(subscribe ? "subscribe" : "unsubscribe")}}","params":{"channel":{{SubscribeText.ToJsonList([channel])}}},"id":{{requestId}}}""", streams);

    /// <summary>The list has neither tick nor lot. A dated contract names its assets and its day: <c>BTCJPY24DEC2021</c>.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol) => (entry.GetText("market_type"), symbol.Split('_')) switch
    {
        ("Spot", [{ Length: > 0 } traded, { Length: > 0 } quote]) => new(InstrumentType.Spot, traded, quote),
        ("FX", ["FX", { Length: > 0 } traded, { Length: > 0 } quote]) => new(InstrumentType.Perpetual, traded, quote) { Settle = quote },
        ("Futures", [{ Length: > 6 } only]) when DateTimeOffset.TryParseExact(only[6..], "ddMMMyyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) =>
            new(InstrumentType.Future, only[..3], only[3..6]) { Settle = only[3..6], Expiry = day },
        (var type, _) => throw new JsonException($"the market type '{type}' does not fit the symbol \"{symbol}\"."),
    };
}
