using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Binance, spot and futures.</summary>
internal static class BinanceAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [$$"""{"result":null,"id":{{request.Id}}}"""],
        Answer = static request => request.Find("method") == "LIST_SUBSCRIPTIONS"
            ? $$"""{"result":[{{SubscribeText.ToJsonList(request.Subscribed.Select(stream => $"{stream.Market.Symbol.ToLowerInvariant()}@{request.ChannelOf(stream)}"))}}],"id":{{request.Id}}}"""
            : null,
        MarketList = static (symbols, _) => $$"""{"symbols":[{{string.Join(',', symbols.Select(Entry))}}]}""",
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol}}","status":"TRADING","contractStatus":"TRADING","contractType":"{{(listed.IsPerpetual ? "PERPETUAL" : "CURRENT_QUARTER")}}","baseAsset":"{{listed.Base}}","quoteAsset":"{{listed.Quote}}"}""";
}
