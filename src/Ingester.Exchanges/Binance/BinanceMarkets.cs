using System.Text.Json;
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

    private static readonly MarketListForm SpotForm = new(
        static root => root.Items("symbols"), static entry => entry.Text("symbol"), static (entry, _) => Pair(entry), static entry => entry.Text("status"));

    private static readonly MarketListForm FuturesForm = SpotForm with { Name = Contract };

    /// <summary>Parses spot <c>exchangeInfo</c>.</summary>
    public static MarketListing ReadSpot(ExchangeProfile profile, ReadOnlySpan<byte> body) => MarketBody.Read(profile, body, static _ => SpotForm);

    /// <summary>Parses futures <c>exchangeInfo</c>. Names of perpetuals end in <c>PERP</c>, names of dated contracts in their date.</summary>
    public static MarketListing ReadFutures(ExchangeProfile profile, ReadOnlySpan<byte> body) => MarketBody.Read(profile, body, static _ => FuturesForm);

    /// <summary>The messages that subscribe or unsubscribe: <c>{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}</c>.</summary>
    public static IReadOnlyList<SubscribeFrame> Subscribe(
        ExchangeProfile profile, IReadOnlyList<Subscription> streams, bool subscribe, ref long requestId)
    {
        var frames = new List<SubscribeFrame>();
        foreach (var part in streams.Chunk(StreamsPerMessage))
        {
            var names = part.Select(stream => $"{stream.Market.Symbol.ToLowerInvariant()}@{profile.Channel(stream.Dataset)}");
            var method = subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE";
            frames.Add(new(requestId, $$"""{"method":"{{method}}","params":[{{SubscribeText.Quoted(names)}}],"id":{{requestId}}}""", part));
            requestId++;
        }

        return frames;
    }

    /// <summary>The message that requests the list of subscribed streams; the response is <c>{"result":["btcusdt@trade"],"id":3}</c>.</summary>
    public static string ListSubscriptions(long requestId) => $$"""{"method":"LIST_SUBSCRIPTIONS","id":{{requestId}}}""";

    private static string Pair(JsonElement symbol) => $"{symbol.Text("baseAsset")}-{symbol.Text("quoteAsset")}";

    private static string Contract(JsonElement contract, string symbol)
    {
        if (IsPerpetual(contract.Text("contractType")))
            return $"{Pair(contract)}-PERP";
        var date = symbol.LastIndexOf('_');
        return date < 0 ? symbol : $"{Pair(contract)}-{symbol[(date + 1)..]}";
    }

    /// <summary>True for <c>PERPETUAL</c> and <c>TRADIFI_PERPETUAL</c>, also during delivery: <c>PERPETUAL DELIVERING</c>.</summary>
    private static bool IsPerpetual(string type)
    {
        const string Delivering = "DELIVERING";
        var kind = type.EndsWith(Delivering, StringComparison.Ordinal) ? type[..^Delivering.Length].TrimEnd(' ', '_') : type;
        return kind.EndsWith("PERPETUAL", StringComparison.Ordinal);
    }
}
