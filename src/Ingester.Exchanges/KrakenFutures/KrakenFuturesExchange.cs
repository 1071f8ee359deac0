using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.KrakenFutures;

/// <summary>Kraken Futures, WebSocket v1: trades and diffs count by one per product; snapshots are sent on the WebSocket, with every level.</summary>
internal sealed class KrakenFuturesExchange : IExchange
{
    /// <summary>Number of products in one message; the exchange documents no limit.</summary>
    private const int ProductsPerMessage = 50;

    private const string Tradeable = "tradeable";

    private static readonly Uri Feed = new("wss://futures.kraken.com/ws/v1");

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "1m",
        [5] = "5m",
        [15] = "15m",
        [30] = "30m",
        [60] = "1h",
        [240] = "4h",
        [720] = "12h",
        [1440] = "1d",
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "kraken-futures",
        CsvId = static _ => "cryptofacilities",
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "trade" },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "book" },
        ],
        MarketLists = [new(new("https://futures.kraken.com/derivatives/api/v3/instruments"))],
        MarketStatuses = new() { Trading = [Tradeable] },
        StreamsPerConnection = 200,
        MessageLimit = new(100, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(100, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(50, TimeSpan.FromSeconds(10)),
        SilenceLimit = TimeSpan.FromMinutes(2),
        OpeningMessages = ["""{"event":"subscribe","feed":"heartbeat"}"""], // the exchange's clock while no market has events
        Symbols = new()
        {
            IsDerivatives = true,
            QuoteAssets = ["USD", "XBT"],
            Aliases = new Dictionary<string, string>(StringComparer.Ordinal) { ["XBT"] = "BTC" },
            ContractClasses = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PF_"] = "",
                ["FF_"] = "",
                ["PV_"] = "",
                ["FV_"] = "",
                ["PI_"] = "INVERSE",
                ["FI_"] = "INVERSE",
            },
        },
        Candles = new()
        {
            CallFor = static query => new(new($"https://futures.kraken.com/api/charts/v1/trade/{Uri.EscapeDataString(query.Market.Symbol)}"
                + $"/{CandleWords[(int)query.Interval.TotalMinutes]}?from={query.FromMicros / 1_000_000}"
                + $"&to={(query.FromMicros + (query.Count - 1) * query.Interval.Ticks / TimeSpan.TicksPerMicrosecond) / 1_000_000}")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 2000,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new KrakenFuturesDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetArray("instruments"),
        static entry => entry.GetText("type").EndsWith(" index", StringComparison.Ordinal) ? null : InFrameCase(entry.GetText("symbol")),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetFlag("tradeable") ? Tradeable : "not tradeable")
    { Facts = Facts });

    /// <summary>The messages that subscribe or unsubscribe: <c>{"event":"subscribe","feed":"book","product_ids":["PI_XBTUSD"]}</c>.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var verb = subscribe ? "subscribe" : "unsubscribe";
        return
        [
            .. from part in streams.GroupByChannel(Profile, ProductsPerMessage)
               let products = SubscribeText.ToJsonList(part.Streams.Select(stream => stream.Market.Symbol))
               select new SubscribeFrame(null, $$"""{"event":"{{verb}}","feed":"{{part.Channel}}","product_ids":[{{products}}]}""", part.Streams),
        ];
    }

    /// <summary>Frames write products in capitals, except for assets such as <c>AAPLx</c>; the list of 2021 is in small letters.</summary>
    private static string InFrameCase(string symbol) => symbol.Any(char.IsAsciiLetterUpper) ? symbol : symbol.ToUpperInvariant();

    private InstrumentFacts Facts(JsonElement entry, string symbol)
    {
        var expiry = entry.GetDigits("lastTradingTime") is { } time
            ? DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) ? end : throw new JsonException($"'lastTradingTime' is not a time: {time}.")
            : (DateTimeOffset?)null;
        var pair = Profile.Symbols.ToMarket(symbol).Name.Split('-');
        var (traded, quote) = (AssetIn(entry, "base") ?? pair[0], AssetIn(entry, "quote") ?? pair.ElementAtOrDefault(1) ?? "");
        var isInverse = entry.GetText("type") == "futures_inverse";
        return new(expiry is null ? InstrumentType.Perpetual : InstrumentType.Future, traded, quote)
        {
            Settle = isInverse ? traded : quote,
            Tick = entry.GetDigits("tickSize"),
            Lot = Lot(entry.GetDigits("contractValueTradePrecision")),
            ContractSize = isInverse ? entry.GetDigits("contractSize") : null, // sizes of the others are in base units
            Expiry = expiry,
        };
    }

    private string? AssetIn(JsonElement entry, string name) => entry.GetDigits(name) is { } asset ? Profile.Symbols.Asset(asset.ToUpperInvariant()) : null;

    /// <summary>The step of sizes with a number of decimal places, which may be negative: 3 is 0.001, -3 is 1000.</summary>
    private static string? Lot(string? places) => int.TryParse(places, CultureInfo.InvariantCulture, out var count) && count is > -20 and < 20
        ? count > 0 ? $"0.{new string('0', count - 1)}1" : $"1{new string('0', -count)}"
        : null;

    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        return [.. document.RootElement.GetArray("candles").Select(static candle => new Candle(
            long.TryParse(candle.GetDigits("time"), CultureInfo.InvariantCulture, out var millis) ? millis * 1_000 : throw new JsonException("'time' is not a whole number."),
            candle.GetText("open"), candle.GetText("high"), candle.GetText("low"), candle.GetText("close"), candle.GetText("volume")))];
    }
}
