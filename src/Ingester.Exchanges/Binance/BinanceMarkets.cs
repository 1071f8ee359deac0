using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Exchanges.Binance;

/// <summary>The market lists and subscribe messages of the Binance family.</summary>
internal static class BinanceMarkets
{
    /// <summary>REST response header with the request weight that this IP address has used in the current minute.</summary>
    public const string UsedWeightHeader = "X-MBX-USED-WEIGHT-1M";

    /// <summary>Number of streams in one message; the exchange documents no limit.</summary>
    private const int StreamsPerMessage = 200;

    private const string Enabled = "1";

    /// <summary>
    /// The statuses of spot. None is terminal: a delisted market stays <c>BREAK</c>, like a paused one, or leaves the list.
    /// https://developers.binance.com/docs/binance-spot-api-docs/enums
    /// </summary>
    public static MarketStatuses SpotStatuses { get; } = new() { Trading = ["TRADING"] };

    /// <summary>
    /// The statuses of futures. A perpetual contract ends with <c>SETTLING</c>, a dated one with <c>DELIVERED</c>; both may stay in the list for
    /// years. https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition
    /// </summary>
    public static MarketStatuses FuturesStatuses { get; } = new() { Trading = ["TRADING"], Terminal = ["SETTLING", "CLOSE", "DELIVERED"] };

    /// <summary>The statuses of Binance TR: whether spot trading is enabled. A delisted market leaves the list.</summary>
    public static MarketStatuses TurkishStatuses { get; } = new() { Trading = [Enabled] };

    /// <summary>Spot <c>exchangeInfo</c>.</summary>
    public static MarketListFormat SpotFormat { get; } = new(
        static root => root.GetArray("symbols"), static entry => entry.GetText("symbol"), static (entry, _) => BaseAndQuote(entry), static entry => entry.GetText("status"))
    {
        Facts = static (entry, _) => AddFilters(new(InstrumentType.Spot, entry.GetText("baseAsset"), entry.GetText("quoteAsset")), entry),
    };

    /// <summary>Futures <c>exchangeInfo</c>. Names of perpetuals end in <c>PERP</c>, names of dated contracts in their date.</summary>
    public static MarketListFormat FuturesFormat { get; } = SpotFormat with { Name = ContractName, Status = ContractStatus, Facts = ContractFacts };

    /// <summary>
    /// The list of Binance TR: <c>{"code":0,"data":{"list":[{"type":1,"symbol":"BTC_TRY","baseAsset":"BTC","quoteAsset":"TRY","spotTradingEnable":1,"filters":[…]}]}}</c>. Streams name
    /// the same market <c>BTCTRY</c>.
    /// </summary>
    public static MarketListFormat TurkishFormat { get; } = SpotFormat with
    {
        Entries = static root => root.GetRequired("data").GetArray("list"),
        Symbol = static entry => entry.GetRequired("type").ToString() == "1" ? entry.GetText("symbol").Replace("_", "", StringComparison.Ordinal) : null,
        Status = static entry => entry.GetDigits("spotTradingEnable") ?? Enabled,
    };

    /// <summary>Parses a market list.</summary>
    public static MarketListResult Parse(ExchangeProfile profile, ReadOnlySpan<byte> body, MarketListFormat format) => MarketListParser.Parse(profile, body, _ => format);

    /// <summary>The messages that subscribe or unsubscribe: <c>{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}</c>.</summary>
    public static IReadOnlyList<SubscribeFrame> CreateSubscribeFrames(
        ExchangeProfile profile, IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var part in streams.Chunk(StreamsPerMessage))
        {
            var names = part.Select(stream => $"{stream.Market.Symbol.ToLowerInvariant()}@{profile.ChannelOf(stream.Dataset)}");
            var method = subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE";
            frames.Add(new(requestId, $$"""{"method":"{{method}}","params":[{{SubscribeText.ToJsonList(names)}}],"id":{{requestId}}}""", part));
            requestId++;
        }

        return frames;
    }

    /// <summary>The message that requests the list of subscribed streams; the response is <c>{"result":["btcusdt@trade"],"id":3}</c>.</summary>
    public static string ListSubscriptionsMessage(long requestId) => $$"""{"method":"LIST_SUBSCRIPTIONS","id":{{requestId}}}""";

    private static string BaseAndQuote(JsonElement symbol) => $"{symbol.GetText("baseAsset")}-{symbol.GetText("quoteAsset")}";

    private static string ContractName(JsonElement contract, string symbol)
    {
        if (IsPerpetual(contract.GetText("contractType")))
            return $"{BaseAndQuote(contract)}-PERP";
        var date = symbol.LastIndexOf('_');
        return date < 0 ? symbol : $"{BaseAndQuote(contract)}-{symbol[(date + 1)..]}";
    }

    /// <summary>USD-M calls it <c>status</c>, COIN-M <c>contractStatus</c>.</summary>
    private static string ContractStatus(JsonElement contract) => contract.GetText(contract.TryGetProperty("contractStatus", out _) ? "contractStatus" : "status");

    /// <summary>The facts of a contract. A perpetual one has a date too, in the year 2100.</summary>
    private static InstrumentFacts ContractFacts(JsonElement contract, string symbol)
    {
        var isPerpetual = IsPerpetual(contract.GetText("contractType"));
        var facts = new InstrumentFacts(isPerpetual ? InstrumentType.Perpetual : InstrumentType.Future, contract.GetText("baseAsset"), contract.GetText("quoteAsset"))
        {
            Settle = contract.GetDigits("marginAsset"),
            ContractSize = contract.GetDigits("contractSize"),
            Expiry = isPerpetual ? null : contract.GetMillisTime("deliveryDate"),
        };
        return AddFilters(facts, contract);
    }

    private static InstrumentFacts AddFilters(InstrumentFacts facts, JsonElement entry) => facts with
    {
        Tick = Filter(entry, "PRICE_FILTER", "tickSize"),
        Lot = Filter(entry, "LOT_SIZE", "stepSize"),
        MinSize = Filter(entry, "LOT_SIZE", "minQty"),
        MinNotional = Filter(entry, "NOTIONAL", "minNotional") ?? Filter(entry, "MIN_NOTIONAL", "minNotional") ?? Filter(entry, "MIN_NOTIONAL", "notional"),
    };

    private static string? Filter(JsonElement entry, string type, string name) =>
        entry.TryGetProperty("filters", out _)
            ? entry.GetArray("filters").Where(filter => filter.GetDigits("filterType") == type).Select(filter => filter.GetDigits(name)).FirstOrDefault()
            : null;

    /// <summary>True for <c>PERPETUAL</c> and <c>TRADIFI_PERPETUAL</c>, also during delivery: <c>PERPETUAL DELIVERING</c>.</summary>
    private static bool IsPerpetual(string type)
    {
        const string Delivering = "DELIVERING";
        var kind = type.EndsWith(Delivering, StringComparison.Ordinal) ? type[..^Delivering.Length].TrimEnd(' ', '_') : type;
        return kind.EndsWith("PERPETUAL", StringComparison.Ordinal);
    }
}
