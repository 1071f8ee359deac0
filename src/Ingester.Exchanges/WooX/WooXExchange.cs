using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.WooX;

/// <summary>
/// WOO X v3: spot, and the perpetual contracts that settle in the quote asset. Trades have no id; a diff names the time of the diff before it; snapshots are fetched.
/// https://developer.woox.io/api-reference/websocket_introduction
/// </summary>
internal sealed class WooXExchange : IExchange
{
    /// <summary>Levels per side of the book that diffs describe.</summary>
    public const int Depth = 50;

    /// <summary>The documentation allows 20 topics, but the exchange refuses a request with more than 10.</summary>
    private const int TopicsPerMessage = 10;

    private const string Rest = "https://api.woox.io/v3/public";

    private static readonly Uri Feed = new("wss://wss.woox.io/v3/public");

    private static readonly Dictionary<int, string> CandleWords = new() { [1] = "1m", [5] = "5m", [15] = "15m", [30] = "30m", [60] = "1h", [240] = "4h", [1440] = "1d" };

    private static readonly FieldMap Snapshot = new(LevelFormat.Objects("price", "quantity")) { { "bids", Field.Bids }, { "asks", Field.Asks } };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "woox",
        CsvId = static _ => "woo-x",
        Protocol = "v3",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.None, StreamIdentity.Identical) { Channel = "trade" },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "orderbookupdate" },
        ],
        MarketLists = [new(new($"{Rest}/instruments"))],
        MarketStatuses = new() { Trading = ["TRADING"] },
        StreamsPerConnection = 100,
        MessageLimit = new(10, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(100, TimeSpan.FromMinutes(5)),
        RequestWeightLimit = new(10, TimeSpan.FromSeconds(1)),
        MaxConnectionAge = TimeSpan.FromHours(24),
        SilenceLimit = TimeSpan.FromSeconds(50), // each ping is answered
        PingMessage = """{"cmd":"PING","ts":1790000000000}""", // the time only lets a client measure the delay of the answer
        PingInterval = TimeSpan.FromSeconds(15),
        Symbols = new()
        {
            Separators = "_",
            IsDerivatives = true,
            HasSpot = true,
            SpotPrefix = "SPOT_",
            ContractClasses = new Dictionary<string, string>(StringComparer.Ordinal) { ["PERP_"] = "" },
        },
        Book = new()
        {
            MaintainedDepths = [Depth],
            SnapshotEndpoint = new()
            {
                UriFor = static (market, levels) => new($"{Rest}/orderbook?symbol={Uri.EscapeDataString(market.Symbol)}&maxLevel={levels}"),
                Parse = ParseSnapshot,
                AvailableDepths = [new(Depth, 1)],
                DefaultLevels = Depth,
            },
        },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/klineHistory?symbol={Uri.EscapeDataString(query.Market.Symbol)}&type={CandleWords[(int)query.Interval.TotalMinutes]}"
                + $"&after={query.FromMicros / 1_000 - 1}&limit={query.Count}")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 1000,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new WooXDecoder();

    /// <summary>Parses <c>{"success":true,"data":{"rows":[{"symbol":"SPOT_BTC_USDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",…}]}}</c>.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetRequired("data").GetArray("rows"),
        static entry => entry.GetText("symbol"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetText("status"))
    { Facts = Facts });

    /// <summary>
    /// The messages that subscribe or unsubscribe: <c>{"id":"7","cmd":"SUBSCRIBE","params":["orderbookupdate@SPOT_BTC_USDT@50"]}</c>.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, TopicsPerMessage))
        {
            var topics = part.Select(stream => $"{channel}@{stream.Market.Symbol}{(stream.Dataset == Dataset.Depth ? $"@{Depth}" : "")}");
            var text = $$"""{"id":"{{requestId}}","cmd":"{{(subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE")}}","params":[{{SubscribeText.ToJsonList(topics)}}]}""";
            frames.Add(new(requestId, text, part));
            requestId++;
        }

        return frames;
    }

    /// <summary>Sizes are in base units, also of contracts.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol)
    {
        var isSpot = symbol.StartsWith("SPOT_", StringComparison.Ordinal);
        if (!isSpot && !symbol.StartsWith("PERP_", StringComparison.Ordinal))
            throw new JsonException($"the symbol \"{symbol}\" is neither of spot nor of a perpetual contract.");
        var quote = entry.GetText("quoteAsset");
        return new(isSpot ? InstrumentType.Spot : InstrumentType.Perpetual, entry.GetText("baseAsset"), quote)
        {
            Settle = isSpot ? null : quote,
            Tick = entry.GetDigits("quoteTick"),
            Lot = entry.GetDigits("baseTick"),
            MinSize = entry.GetDigits("baseMin"),
            MinNotional = entry.GetDigits("minNotional"),
        };
    }

    /// <summary>
    /// Parses <c>{"success":true,"timestamp":1790137716988,"data":{"asks":[{"price":"87243","quantity":"0.33"}],"bids":[…]}}</c>. The time is that of the last change, by
    /// which the next diff names it.
    /// </summary>
    private static RestSnapshot ParseSnapshot(ReadOnlySpan<byte> body)
    {
        var json = new FrameReader(body);
        long? micros = null;
        var hasData = false;
        var book = new FieldValues();
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("timestamp"u8))
            {
                micros = json.MillisAsMicros();
            }
            else if (name.SequenceEqual("data"u8) && json.IsNext('{'))
            {
                Snapshot.Read(ref json, new(), ref book);
                hasData = true;
            }
            else
            {
                json.Skip();
            }

        json.ExpectEnd();
        json.Require(hasData, "data");
        json.Require(micros is not null, "timestamp");
        return new(micros.GetValueOrDefault() / 1_000, micros, book.Bids.ToArray(), book.Asks.ToArray());
    }

    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.GetRequired("data").GetArray("rows").Select(static row => new Candle(
            long.TryParse(row.GetDigits("startTimestamp"), NumberStyles.None, CultureInfo.InvariantCulture, out var millis)
                ? millis * 1_000
                : throw new JsonException("The time of a candle is not a number of milliseconds."),
            Open: TradeHistoryParser.GetDecimalText(row.GetRequired("open")),
            High: TradeHistoryParser.GetDecimalText(row.GetRequired("high")),
            Low: TradeHistoryParser.GetDecimalText(row.GetRequired("low")),
            Close: TradeHistoryParser.GetDecimalText(row.GetRequired("close")),
            Volume: TradeHistoryParser.GetDecimalText(row.GetRequired("volume")))));
}
