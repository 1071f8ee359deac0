using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bitstamp;

/// <summary>
/// Bitstamp, spot. Trade ids grow over all markets, and diffs have only their time in microseconds, so no loss can be detected; snapshots are fetched and joined by
/// that time.
/// </summary>
internal sealed class BitstampExchange : IExchange
{
    private const string Rest = "https://www.bitstamp.net/api/v2";

    private static readonly int[] CandleSeconds = [60, 180, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 259_200];

    private static readonly MarketListFormat PairListFormat = new(
        static root => root.AsArray(),
        static pair => pair.GetDigits("market_type") is null or "SPOT" ? pair.GetDigits("market_symbol") ?? pair.GetText("url_symbol") : null,
        static (pair, _) => string.Join('-', AssetsOf(pair)),
        static pair => pair.GetText("trading"))
    { Facts = Facts };

    private static readonly Uri Feed = new("wss://ws.bitstamp.net");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "bitstamp",
        Protocol = "v2",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "live_trades" },
            new(Dataset.Depth, Feed, SequenceKind.Monotonic, StreamIdentity.PerConnection) { Channel = "diff_order_book" },
        ],
        MarketLists = [new(new($"{Rest}/markets/"))],
        MarketStatuses = new() { Trading = ["Enabled"] },
        StreamsPerConnection = 200,
        MessageLimit = new(20, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(10, TimeSpan.FromSeconds(10)),
        RequestWeightLimit = new(100, TimeSpan.FromSeconds(6)),
        MaxConnectionAge = TimeSpan.FromDays(90),
        SilenceLimit = TimeSpan.FromSeconds(45),
        PingMessage = """{"event":"bts:heartbeat"}""",
        PingInterval = TimeSpan.FromSeconds(15),
        Symbols = new() { QuoteAssets = ["PYUSD", "RLUSD", "USDC", "USDT", "USD", "EUR", "GBP", "BTC", "ETH", "PAX"] },
        Book = new()
        {
            SnapshotEndpoint = new()
            {
                UriFor = static (market, _) => new($"{Rest}/order_book/{Uri.EscapeDataString(market.Symbol)}/?group=1"),
                Parse = ParseSnapshot,
                AvailableDepths = [new(0, 1)],
                DefaultLevels = 0,
            },
        },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/ohlc/{Uri.EscapeDataString(query.Market.Symbol)}/?step={(long)query.Interval.TotalSeconds}&limit={query.Count}"
                + $"&start={query.FromMicros / 1_000_000}&end={query.FromMicros / 1_000_000 + (query.Count - 1) * (long)query.Interval.TotalSeconds}")),
            Parse = ParseCandles,
            Intervals = [.. CandleSeconds.Select(seconds => TimeSpan.FromSeconds(seconds))],
            MaxCount = 1000,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BitstampDecoder();

    /// <summary>Parses <c>/markets/</c>, or the older <c>/trading-pairs-info/</c>, whose entries have <c>url_symbol</c> and no type.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => PairListFormat);

    /// <summary>One message for each stream: <c>{"event":"bts:subscribe","data":{"channel":"live_trades_btcusd"}}</c>. They have no request ids.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>(streams.Count);
        foreach (var stream in streams)
        {
            var channel = SubscribeText.ToJsonList([$"{Profile.ChannelOf(stream.Dataset)}_{stream.Market.Symbol}"]);
            frames.Add(new(RequestId: null, $$$"""{"event":"bts:{{{(subscribe ? "subscribe" : "unsubscribe")}}}","data":{"channel":{{{channel}}}}}""", [stream]));
        }

        return frames;
    }

    /// <summary>Parses <c>{"timestamp":"…","microtimestamp":"1617654355388853","bids":[["0.42481","46803.03168003"]],"asks":[…]}</c>: all levels.</summary>
    private static RestSnapshot ParseSnapshot(ReadOnlySpan<byte> body)
    {
        var json = new FrameReader(body);
        var levels = new LevelWriter();
        long? micros = null;
        byte[]? bids = null, asks = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("microtimestamp"u8))
                micros = json.TimeAsMicros(digitsToMicros: 0);
            else if (name.SequenceEqual("bids"u8))
                bids = json.Levels(levels).ToArray();
            else if (name.SequenceEqual("asks"u8))
                asks = json.Levels(levels).ToArray();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(micros is not null, "microtimestamp");
        json.Require(bids is not null, "bids");
        json.Require(asks is not null, "asks");
        return new(micros.GetValueOrDefault(), micros, bids!, asks!);
    }

    /// <summary>The base and the quote asset.</summary>
    private static string[] AssetsOf(JsonElement pair) =>
        pair.GetText("name").Split('/') is [{ Length: > 0 }, { Length: > 0 }] assets
            ? assets
            : throw new JsonException($"The name '{pair.GetText("name")}' is not of the form BTC/USD.");

    private static InstrumentFacts Facts(JsonElement pair, string symbol)
    {
        var assets = AssetsOf(pair);
        return new(InstrumentType.Spot, assets[0], assets[1])
        {
            Tick = pair.GetStep("counter_decimals"),
            Lot = pair.GetStep("base_decimals"),
            MinNotional = pair.GetDigits("minimum_order_value") ?? pair.GetDigits("minimum_order")?.Split(' ')[0],
        };
    }

    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        return [.. document.RootElement.GetRequired("data").GetArray("ohlc").Select(static candle => new Candle(
            long.TryParse(candle.GetDigits("timestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? seconds * 1_000_000
                : throw new JsonException("The 'timestamp' of a candle is not a number of seconds."),
            candle.GetText("open"), candle.GetText("high"), candle.GetText("low"), candle.GetText("close"), candle.GetText("volume")))];
    }
}
