using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Exchanges.Deribit;

/// <summary>
/// Deribit: options, futures, perpetual contracts and spot, on one endpoint. <c>trade_seq</c> of an instrument increases by one; diffs name the id of the previous
/// one.
/// </summary>
internal sealed class DeribitExchange : IExchange
{
    private const int StreamsPerMessage = 50;

    /// <summary>The finest interval that needs no authentication.</summary>
    private const string Interval = "100ms";

    private const string Rest = "https://www.deribit.com/api/v2/public";

    private static readonly Uri Endpoint = new("wss://www.deribit.com/ws/api/v2");

    private static readonly Dictionary<TimeSpan, string> CandleWords = new()
    {
        [TimeSpan.FromMinutes(1)] = "1",
        [TimeSpan.FromMinutes(5)] = "5",
        [TimeSpan.FromMinutes(15)] = "15",
        [TimeSpan.FromHours(1)] = "60",
        [TimeSpan.FromHours(3)] = "180",
        [TimeSpan.FromDays(1)] = "1D",
    };

    /// <inheritdoc/>
    public ExchangeProfile Profile { get; } = new()
    {
        Name = "deribit",
        Protocol = "v2",
        Datasets =
        [
            new(Dataset.Trades, Endpoint, SequenceKind.Contiguous, StreamIdentity.Identical) { Channel = "trades", History = DeribitTradeHistory.Endpoint },
            new(Dataset.Depth, Endpoint, SequenceKind.Contiguous, StreamIdentity.PerConnection) { Channel = "book" },
        ],
        MarketLists = [new(new($"{Rest}/get_instruments?currency=any&expired=false"))],
        MarketStatuses = new() { Trading = ["open"] },
        StreamsPerConnection = 500,
        MessageLimit = new(3, TimeSpan.FromSeconds(1)),
        ConnectionLimit = new(10, TimeSpan.FromSeconds(10)),
        RequestWeightLimit = new(20, TimeSpan.FromSeconds(1)),
        MarketListWeight = 20,
        SilenceLimit = TimeSpan.FromSeconds(45),
        OpeningMessages = ["""{"jsonrpc":"2.0","id":0,"method":"public/set_heartbeat","params":{"interval":15}}"""],
        Symbols = new() { IsDerivatives = true, HasSpot = true, ContractQuote = "USD" },
        Candles = new()
        {
            CallFor = static query => new(new($"{Rest}/get_tradingview_chart_data?instrument_name={Uri.EscapeDataString(query.Market.Symbol)}&resolution={CandleWords[query.Interval]}"
                + $"&start_timestamp={query.FromMicros / 1_000}&end_timestamp={query.FromMicros / 1_000 + (long)query.Interval.TotalMilliseconds * query.Count - 1}")),
            Parse = ParseCandles,
            Intervals = [.. CandleWords.Keys],
            MaxCount = 4000,
            HasBaseVolume = true,
        },
    };

    /// <inheritdoc/>
    public IFrameDecoder CreateDecoder() => new DeribitDecoder();

    /// <summary>Parses the list. Combos are left out: each of their legs is also a trade of its own market.</summary>
    public MarketListResult ParseMarketList(ReadOnlySpan<byte> body) => MarketListParser.Parse(Profile, body, _ => new(
        static root => root.GetArray("result"),
        static entry => entry.GetText("kind").EndsWith("_combo", StringComparison.Ordinal) ? null : entry.GetText("instrument_name"),
        (_, symbol) => Profile.Symbols.ToMarket(symbol).Name,
        static entry => entry.GetFlag("is_active") ? entry.GetDigits("state") ?? "open" : "inactive")
    { Facts = Facts });

    /// <inheritdoc/>
    public IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var (channel, part) in streams.GroupByChannel(Profile, StreamsPerMessage))
        {
            var channels = SubscribeText.ToJsonList(part.Select(stream => $"{channel}.{stream.Market.Symbol}.{Interval}"));
            frames.Add(new(
                requestId,
                $$$"""{"jsonrpc":"2.0","id":{{{requestId}}},"method":"public/{{{(subscribe ? "subscribe" : "unsubscribe")}}}","params":{"channels":[{{{channels}}}]}}""",
                part));
            requestId++;
        }

        return frames;
    }

    /// <summary>Sizes of inverse futures are in quote units, all others in base units.</summary>
    private static InstrumentFacts Facts(JsonElement entry, string symbol)
    {
        var isPerpetual = entry.GetDigits("settlement_period") == "perpetual";
        var type = entry.GetText("kind") switch
        {
            "spot" => InstrumentType.Spot,
            "future" => isPerpetual ? InstrumentType.Perpetual : InstrumentType.Future,
            "option" => InstrumentType.Option,
            var other => throw new JsonException($"the 'kind' {other} of {symbol} is unknown."),
        };
        return new(type, entry.GetText("base_currency"), entry.GetText("quote_currency"))
        {
            Settle = entry.GetDigits("settlement_currency"),
            Tick = entry.GetDigits("tick_size"),
            MinSize = entry.GetDigits("min_trade_amount"),
            ContractSize = type is InstrumentType.Perpetual or InstrumentType.Future && entry.GetDigits("instrument_type") != "linear" ? entry.GetDigits("contract_size") : null,
            Expiry = type is InstrumentType.Future or InstrumentType.Option ? ToTime(entry.GetDigits("expiration_timestamp")) : null,
        };
    }

    private static DateTimeOffset? ToTime(string? millis) =>
        long.TryParse(millis, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;

    /// <summary>Parses <c>{"result":{"ticks":[…],"open":[…],"high":[…],"low":[…],"close":[…],"volume":[…],"status":"ok"}}</c>.</summary>
    private static IReadOnlyList<Candle> ParseCandles(ReadOnlySpan<byte> body)
    {
        using var document = JsonDocument.Parse(body.ToArray());
        var result = document.RootElement.GetRequired("result");
        List<string> Column(string name) => [.. result.GetArray(name).Select(TradeHistoryParser.GetNumber)];
        var (ticks, open, high, low, close, volume) = (Column("ticks"), Column("open"), Column("high"), Column("low"), Column("close"), Column("volume"));
        if (new[] { open, high, low, close, volume }.Any(column => column.Count != ticks.Count))
            throw new JsonException("The arrays of candles have different lengths.");
        return [.. ticks.Select((tick, index) => new Candle(
            long.TryParse(tick, NumberStyles.None, CultureInfo.InvariantCulture, out var millis) ? millis * 1_000 : throw new JsonException($"{tick} is not a time."),
            open[index], high[index], low[index], close[index], volume[index]))];
    }
}
