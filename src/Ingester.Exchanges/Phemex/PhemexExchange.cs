using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Phemex;

/// <summary>
/// Phemex spot: trades have no ids; ids of diffs grow over several markets; snapshots are sent on the WebSocket. Prices and sizes are whole numbers of units of 0.00000001.
/// </summary>
internal sealed class PhemexExchange : IExchange
{
    /// <summary>Levels per side of a book.</summary>
    public const int Depth = 30;

    /// <summary>Number of decimal places of the unit of prices and sizes. Markets with another unit are not recorded.</summary>
    public const int Scale = 8;

    private const decimal UnitsPerOne = 100_000_000m;

    private const string Rest = "https://api.phemex.com";

    private static readonly Uri Feed = new("wss://ws.phemex.com");

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "phemex",
        Protocol = "spot",
        Datasets =
        [
            new(Dataset.Trades, Feed, SequenceKind.None, StreamIdentity.Identical) { Channel = "trade" },
            new(Dataset.Depth, Feed, SequenceKind.Monotonic, StreamIdentity.PerConnection) { Channel = "orderbook", CanUnsubscribe = false },
        ],
        MarketLists = [new(new($"{Rest}/public/products"))],
        MarketStatuses = new() { Trading = ["Listed"], Terminal = ["Delisted"] },
        StreamsPerConnection = 100,
        MessageLimit = new(10, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(20, TimeSpan.FromMinutes(1)),
        RequestWeightLimit = new(100, TimeSpan.FromMinutes(1)),
        SilenceLimit = TimeSpan.FromSeconds(30), // each ping is answered
        PingMessage = """{"id":0,"method":"server.ping","params":[]}""",
        PingInterval = TimeSpan.FromSeconds(10),
        Symbols = new() { Prefix = "s", Separators = "/", QuoteAssets = ["USDT", "USDC"] },
        Book = new() { MaintainedDepths = [Depth] },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/exchange/public/md/v2/kline/list?symbol={Uri.EscapeDataString(query.Market.Symbol)}"
                + $"&resolution={(int)query.Interval.TotalSeconds}&from={query.FromMicros / 1_000_000}"
                + $"&to={query.FromMicros / 1_000_000 + query.Count * (long)query.Interval.TotalSeconds}")),
            Parse = ParseCandles,
            Intervals = [.. new[] { 1, 5, 15, 30, 60, 240, 1440 }.Select(static minutes => TimeSpan.FromMinutes(minutes))],
            MaxCount = 900,
            WeightOf = static _ => 10,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new PhemexDecoder();

    /// <summary>Parses <c>{"data":{"products":[{"symbol":"sBTCUSDT","type":"Spot","status":"Listed",…}]}}</c>. Contracts are left out.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, static _ => new(
        static root => root.GetRequired("data").GetArray("products"),
        static entry => entry.GetText("type") == "Spot" ? entry.GetText("symbol") : null,
        static (entry, _) => $"{entry.GetText("baseCurrency")}-{entry.GetText("quoteCurrency")}",
        static entry => entry.GetText("status"))
    { Facts = static (entry, _) => Facts(entry) });

    /// <summary>
    /// The messages that subscribe or unsubscribe, one symbol each: <c>{"id":7,"method":"trade.subscribe","params":["sBTCUSDT"]}</c>. A book cannot be unsubscribed:
    /// <c>orderbook.unsubscribe</c> ends all books of the connection.
    /// </summary>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>(streams.Count);
        foreach (var (channel, part) in streams.GroupByChannel(Profile, size: 1))
        {
            var symbol = SubscribeText.ToJsonList([part[0].Market.Symbol]);
            frames.Add(new(requestId, $$"""{"id":{{requestId}},"method":"{{channel}}.{{(subscribe ? "subscribe" : "unsubscribe")}}","params":[{{symbol}}]}""", part));
            requestId++;
        }

        return frames;
    }

    private static InstrumentFacts Facts(JsonElement entry) => entry.GetDigits("priceScale") is null or "8"
        ? new(InstrumentType.Spot, entry.GetText("baseCurrency"), entry.GetText("quoteCurrency"))
        {
            Tick = StepOf(entry, "quoteTickSize"),
            Lot = StepOf(entry, "baseTickSize"),
            MinNotional = entry.GetDigits("minOrderValue")?.Split(' ')[0],
        }
        : throw new JsonException($"its 'priceScale' is not {Scale}.");

    /// <summary>A step such as <c>"0.01 USDT"</c>. The list has it also as a number of units, by which the unit is checked.</summary>
    private static string StepOf(JsonElement entry, string name)
    {
        var (step, units) = (entry.GetText(name).Split(' ')[0], entry.GetDigits($"{name}Ev"));
        return NumberOf(step) is { } value && NumberOf(units) == value * UnitsPerOne ? step : throw new JsonException($"its '{name}' {step} is not {units} units of 0.00000001.");
    }

    private static decimal? NumberOf(string? digits) => decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Parses <c>{"code":0,"data":{"rows":[[seconds,interval,last close,open,high,low,close,base volume,quote volume]]}}</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body) => CandlePage.Parse(body, static root =>
        root.GetRequired("data").GetArray("rows").Select(static row => new Candle(
            row[0].GetInt64() * 1_000_000,
            Open: Scaled(row[3]),
            High: Scaled(row[4]),
            Low: Scaled(row[5]),
            Close: Scaled(row[6]),
            Volume: Scaled(row[7]))));

    /// <summary>A number of units, with or without quotes.</summary>
    private static string Scaled(JsonElement value)
    {
        var digits = value.ValueKind == JsonValueKind.String ? value.GetString()! : TradeHistoryParser.GetNumber(value);
        return digits.Length > 0 && digits.All(char.IsAsciiDigit)
            ? ScaledNumber.ToText(Encoding.ASCII.GetBytes(digits), Scale)
            : throw new JsonException($"{value.GetRawText()} is not a whole number.");
    }
}
