using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>The market lists and subscribe messages of the Binance family.</summary>
internal static class BinanceMarkets
{
    /// <summary>The header of every REST answer that tells what the address has spent in this minute.</summary>
    public const string UsedWeightHeader = "X-MBX-USED-WEIGHT-1M";

    /// <summary>How many streams one message asks for; the exchange names no limit.</summary>
    private const int StreamsPerMessage = 200;

    /// <summary>Reads spot <c>exchangeInfo</c>: what is <c>TRADING</c>.</summary>
    public static IReadOnlyList<Market> ReadSpot(string exchange, ReadOnlySpan<byte> body) =>
        MarketBody.Read(exchange, body, root => Trading(root).Select(symbol => new Market(Pair(symbol), symbol.Text("symbol"))));

    /// <summary>Reads futures <c>exchangeInfo</c>: what is <c>TRADING</c>; perpetuals end in <c>PERP</c>, dated contracts in their date.</summary>
    public static IReadOnlyList<Market> ReadFutures(string exchange, ReadOnlySpan<byte> body) =>
        MarketBody.Read(exchange, body, root => Trading(root).Select(Contract));

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

    /// <summary>The message that asks what is subscribed; the answer is <c>{"result":["btcusdt@trade"],"id":3}</c>.</summary>
    public static string ListSubscriptions(long requestId) => $$"""{"method":"LIST_SUBSCRIPTIONS","id":{{requestId}}}""";

    private static IEnumerable<JsonElement> Trading(JsonElement root) =>
        root.Items("symbols").Where(symbol => symbol.Text("status") == "TRADING");

    private static string Pair(JsonElement symbol) => $"{symbol.Text("baseAsset")}-{symbol.Text("quoteAsset")}";

    private static Market Contract(JsonElement contract)
    {
        var symbol = contract.Text("symbol");
        var date = symbol.LastIndexOf('_');
        if (contract.Text("contractType").EndsWith("PERPETUAL", StringComparison.Ordinal)) // also TRADIFI_PERPETUAL
            return new($"{Pair(contract)}-PERP", symbol);
        return new(date < 0 ? symbol : $"{Pair(contract)}-{symbol[(date + 1)..]}", symbol);
    }
}
