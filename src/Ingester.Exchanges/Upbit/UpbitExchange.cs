using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Upbit;

/// <summary>
/// Upbit, and Bithumb, which serves the same protocol: spot. Trades have ids without an order; of books only complete ones are sent. One message subscribes all streams of a
/// connection, and the next one replaces it.
/// </summary>
internal sealed class UpbitExchange : IExchange
{
    /// <summary>The name by which the exchange distinguishes requests of different programs. It is not returned.</summary>
    private const string Ticket = "ingester";

    /// <summary>The list has no status: what it lists can be traded.</summary>
    private const string Listed = "listed";

    private UpbitExchange(string name, Uri feed, UpbitRest rest, (int Connects, int Requests) perSecond) => Profile = new()
    {
        Name = name,
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, feed, SequenceKind.None, StreamIdentity.Identical) { Channel = "trade" },
            new(Dataset.Snapshots, feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "orderbook" },
        ],
        MarketLists = [new(rest.MarketList)],
        MarketStatuses = new() { Trading = [Listed] },
        StreamsPerConnection = 200,
        MessageLimit = new(5, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(perSecond.Connects, TimeSpan.FromSeconds(1)),
        RequestWeightLimit = new(perSecond.Requests, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromMinutes(2),
        PingMessage = "PING",
        PingInterval = TimeSpan.FromMinutes(1),
        ReplacesSubscriptions = true,
        Symbols = new() { Separators = "-", IsQuoteFirst = true },
        Candles = rest.Candles,
    };

    /// <summary>Upbit in Korea. It reads times of candles in UTC.</summary>
    public static UpbitExchange Upbit { get; } =
        new("upbit", new("wss://api.upbit.com/websocket/v1"), new("https://api.upbit.com", TimeSpan.Zero), (Connects: 5, Requests: 10));

    /// <summary>Bithumb. It reads times of candles in Korean time.</summary>
    public static UpbitExchange Bithumb { get; } =
        new("bithumb", new("wss://ws-api.bithumb.com/websocket/v1"), new("https://api.bithumb.com", TimeSpan.FromHours(9)), (Connects: 10, Requests: 150));

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; }

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new UpbitDecoder();

    /// <summary>Parses <c>[{"market":"KRW-BTC","korean_name":"비트코인","english_name":"Bitcoin"}]</c>.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.AsArray(),
        static entry => entry.GetText("market"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static _ => Listed)
    { Facts = static (_, symbol) => Facts(symbol) });

    /// <summary>
    /// The message that subscribes streams in place of all others of the connection:
    /// <c>[{"ticket":"ingester"},{"type":"trade","codes":["KRW-BTC"]},{"type":"orderbook","codes":["KRW-BTC"]},{"format":"SIMPLE"}]</c>. There is none that unsubscribes.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var types = streams.GroupByChannel(Profile, size: streams.Count).Select(static group =>
            $$"""{"type":"{{group.Channel}}","codes":[{{SubscribeText.ToJsonList(group.Streams.Select(static stream => stream.Market.Symbol))}}]}""");
        return subscribe ? [new(null, $$"""[{"ticket":"{{Ticket}}"},{{string.Join(',', types)}},{"format":"SIMPLE"}]""", streams)] : [];
    }

    /// <summary>The list has neither tick nor lot.</summary>
    private static InstrumentFacts Facts(string symbol) => symbol.Split('-') is [{ Length: > 0 } quote, { Length: > 0 } traded]
        ? new(InstrumentType.Spot, traded, quote)
        : throw new JsonException($"the market '{symbol}' does not name a quote asset and a base asset.");
}
