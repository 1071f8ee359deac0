using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.CryptoCom;

/// <summary>
/// Crypto.com Exchange v1: spot, perpetual and dated contracts. Trade ids grow; diffs name the id of the previous one by <c>pu</c>; snapshots are sent on the WebSocket.
/// </summary>
internal sealed class CryptoComExchange : IExchange
{
    /// <summary>The deepest book with diffs, in levels per side.</summary>
    public const int Depth = 50;

    private const int ChannelsPerMessage = 50;

    private const string Rest = "https://api.crypto.com/exchange/v1/public";

    private static readonly Uri Feed = new("wss://stream.crypto.com/exchange/v1/market");

    private static readonly Dictionary<int, string> CandleWords = new()
    {
        [1] = "1m",
        [5] = "5m",
        [15] = "15m",
        [30] = "30m",
        [60] = "1h",
        [120] = "2h",
        [240] = "4h",
        [720] = "12h",
        [1440] = "1D",
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "cryptocom",
        CsvId = static _ => "crypto-com",
        Protocol = "v1",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.Monotonic, StreamIdentity.Identical) { Channel = "trade" },
            new(Dataset.Depth, Feed, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "book" },
        ],
        MarketLists = [new(new($"{Rest}/get-instruments"))],
        MarketStatuses = new() { Trading = ["tradable"] },
        StreamsPerConnection = 200,
        MessageLimit = new(20, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(30, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(20, TimeSpan.FromSeconds(1)),
        SilenceLimit = TimeSpan.FromSeconds(45), // a ping every 5 seconds, a heartbeat every 30 seconds
        Symbols = new() { QuoteAssets = ["USDC", "USDT", "EUR", "USD"], IsDerivatives = true, HasSpot = true },
        Book = new() { MaintainedDepths = [Depth] },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/get-candlestick?instrument_name={Uri.EscapeDataString(query.Market.Symbol)}"
                + $"&timeframe={CandleWords[(int)query.Interval.TotalMinutes]}&count={query.Count}&start_ts={query.FromMicros / 1_000 - 1}"
                + $"&end_ts={query.FromMicros / 1_000 + (long)query.Interval.TotalMilliseconds * query.Count}")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 300,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new CryptoComDecoder();

    /// <inheritdoc/>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetRequired("result").GetArray("data"),
        static entry => entry.GetText("symbol"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetRequired("tradable").ValueKind == JsonValueKind.True ? "tradable" : "not tradable")
    { Facts = Facts });

    /// <summary>The messages that subscribe or unsubscribe: <c>{"id":7,"method":"subscribe","params":{"channels":["trade.BTC_USD","trade.ETH_USD"]}}</c>.</summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, ChannelsPerMessage))
        {
            var isBook = part[0].Dataset == Dataset.Depth;
            var topics = SubscribeText.ToJsonList(part.Select(stream => $"{channel}.{stream.Market.Symbol}{(isBook ? $".{Depth}" : "")}"));
            var options = isBook && subscribe ? ""","book_subscription_type":"SNAPSHOT_AND_UPDATE","book_update_frequency":10""" : "";
            var parameters = $$"""{"channels":[{{topics}}]{{options}}}""";
            frames.Add(new(requestId, $$"""{"id":{{requestId}},"method":"{{(subscribe ? "subscribe" : "unsubscribe")}}","params":{{parameters}}}""", part));
            requestId++;
        }

        return frames;
    }

    /// <summary>Sizes are in base units, also of contracts.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol)
    {
        var type = entry.GetText("inst_type") switch
        {
            "CCY_PAIR" => InstrumentType.Spot,
            "PERPETUAL_SWAP" => InstrumentType.Perpetual,
            "FUTURE" => InstrumentType.Future,
            var other => throw new JsonException($"the 'inst_type' {other} is unknown."),
        };
        return new(type, entry.GetText("base_ccy"), entry.GetText("quote_ccy"))
        {
            Settle = type == InstrumentType.Spot ? null : entry.GetText("quote_ccy"),
            Tick = entry.GetDigits("price_tick_size"),
            Lot = entry.GetDigits("qty_tick_size"),
            Expiry = type == InstrumentType.Future ? entry.GetMillisTime("expiry_timestamp_ms") : null,
        };
    }

    /// <summary>Parses <c>{"result":{"data":[{"t":milliseconds,"o":"1","h":"1","l":"1","c":"1","v":"1"}]}}</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.GetRequired("result").GetArray("data").Select(static row => new Candle(
            row.GetRequired("t").GetInt64() * 1_000,
            Open: TradeHistoryParser.GetDecimalText(row.GetRequired("o")),
            High: TradeHistoryParser.GetDecimalText(row.GetRequired("h")),
            Low: TradeHistoryParser.GetDecimalText(row.GetRequired("l")),
            Close: TradeHistoryParser.GetDecimalText(row.GetRequired("c")),
            Volume: TradeHistoryParser.GetDecimalText(row.GetRequired("v")))));
}
