using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Bitfinex;

/// <summary>Bitfinex v2: trade ids grow over all markets; books have neither an id nor a time; snapshots are sent on the WebSocket.</summary>
internal sealed class BitfinexExchange : IExchange
{
    /// <summary>The flag that appends a counter of the connection to each data frame.</summary>
    private const int CounterFlag = 65536;

    /// <summary>The deepest book that the exchange offers.</summary>
    private const int Depth = 250;

    /// <summary>The list names no status: what it lists can be traded.</summary>
    private const string Listed = "listed";

    private static readonly Uri Feed = new("wss://api-pub.bitfinex.com/ws/2");

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "1m",
        [5] = "5m",
        [15] = "15m",
        [30] = "30m",
        [60] = "1h",
        [180] = "3h",
        [360] = "6h",
        [720] = "12h",
        [1440] = "1D",
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "bitfinex",
        Protocol = "v2",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "trades" },
            new(Dataset.Depth, Feed, SequenceKind.None, StreamIdentity.PerConnection) { Channel = "book", HasExchangeTime = false },
        ],
        MarketLists = [new(new("https://api-pub.bitfinex.com/v2/conf/pub:list:pair:exchange"))],
        MarketStatuses = new() { Trading = [Listed] },
        StreamsPerConnection = 25,
        MessageLimit = new(10, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(20, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(30, TimeSpan.FromMinutes(1)),
        SilenceLimit = TimeSpan.FromSeconds(45), // a channel without data sends a heartbeat every 15 seconds
        OpeningMessages = [$$"""{"event":"conf","flags":{{CounterFlag}}}"""],
        Symbols = new()
        {
            Prefix = "t",
            Separators = ":",
            QuoteAssets = ["USD", "UST", "BTC", "ETH", "EUR", "EUT", "GBP", "JPY", "EOS", "TRY", "MIM", "UDC"],
            Aliases = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["UST"] = "USDT",
                ["UDC"] = "USDC",
                ["TSD"] = "TUSD",
                ["EUT"] = "EURT",
                ["EUS"] = "EURS",
                ["XCH"] = "XCHF",
                ["TERRAUST"] = "USTC",
                ["ALG"] = "ALGO",
                ["AMP"] = "AMPL",
                ["ATO"] = "ATOM",
                ["BCHABC"] = "XEC",
                ["BCHN"] = "BCH",
                ["DAT"] = "DATA",
                ["DOG"] = "MDOGE",
                ["DSH"] = "DASH",
                ["EDO"] = "PNT",
                ["IDX"] = "ID",
                ["IOT"] = "IOTA",
                ["IQX"] = "IQ",
                ["LUNA"] = "LUNC",
                ["LUNA2"] = "LUNA",
                ["MNA"] = "MANA",
                ["PAS"] = "PASS",
                ["QSH"] = "QASH",
                ["QTM"] = "QTUM",
                ["RBT"] = "RBTC",
                ["SNG"] = "SNGLS",
                ["STJ"] = "STORJ",
                ["VSY"] = "VSYS",
                ["WAX"] = "WAXP",
                ["YGG"] = "YEED",
                ["YYW"] = "YOYOW",
                ["ZBT"] = "ZB",
            },
        },
        Book = new() { MaintainedDepths = [25, 100, Depth] },
        Candles = new()
        {
            CallFor = static query => new(new($"https://api-pub.bitfinex.com/v2/candles/trade:{CandleWords[(int)query.Interval.TotalMinutes]}"
                + $":{Uri.EscapeDataString(query.Market.Symbol)}/hist?start={query.FromMicros / 1_000}&limit={query.Count}&sort=1")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 10_000,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new BitfinexDecoder();

    /// <summary>Parses <c>[["AAVE:USD","BTCUSD",…]]</c>; symbols on the WebSocket begin with <c>t</c>.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.AsArray().SelectMany(static list => list.AsArray()),
        static entry => entry.ValueKind == JsonValueKind.String && entry.GetString() is { Length: > 0 } pair
            ? $"t{pair}"
            : throw new JsonException("the entry is not a non-empty string."),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static _ => Listed)
    { Facts = (_, symbol) => Facts(symbol) });

    /// <summary>
    /// The messages that subscribe, one per stream: <c>{"event":"subscribe","channel":"trades","symbol":"tBTCUSD"}</c>. One that unsubscribes needs the
    /// <c>chanId</c> of the connection, which <see cref="BitfinexDecoder.UnsubscribeMessage"/> knows; the text here only names the stream.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var verb = subscribe ? "subscribe" : "unsubscribe";
        return
        [
            .. from part in streams.GroupByChannel(Profile, size: 1)
               let symbol = SubscribeText.ToJsonList(part.Streams.Select(static stream => stream.Market.Symbol))
               let book = subscribe && part.Streams[0].Dataset == Dataset.Depth ? $""","prec":"P0","freq":"F0","len":"{Depth}" """.TrimEnd() : ""
               select new SubscribeFrame(null, $$"""{"event":"{{verb}}","channel":"{{part.Channel}}","symbol":{{symbol}}{{book}}}""", part.Streams),
        ];
    }

    /// <summary>The facts of a pair. A pair without a colon has two assets of three letters.</summary>
    private InstrumentFacts Facts(string symbol)
    {
        var assets = symbol.Length == "tBTCUSD".Length && !symbol.Contains(':', StringComparison.Ordinal) ? [symbol[1..4], symbol[4..]] : symbol[1..].Split(':');
        return assets is [{ Length: > 0 } traded, { Length: > 0 } quote]
            ? new(InstrumentType.Spot, Profile.Symbols.Asset(traded), Profile.Symbols.Asset(quote))
            : throw new JsonException($"\"{symbol}\" does not name two assets.");
    }

    /// <summary>Parses <c>[[milliseconds,open,close,high,low,volume],…]</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        return [.. document.RootElement.AsArray().Select(static row => row.AsArray().Select(static value => value.GetRawText()).ToArray()).Select(static row =>
            row.Length >= 6 && long.TryParse(row[0], System.Globalization.CultureInfo.InvariantCulture, out var millis)
                ? new Candle(millis * 1_000, row[1], row[3], row[4], row[2], row[5])
                : throw new JsonException("A candle does not begin with six numbers."))];
    }
}
