using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Binance, spot and futures. Binance TR has a market list of its own.</summary>
internal static class BinanceAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [$$"""{"result":null,"id":{{request.Id}}}"""],
        Answer = static request => request.Find("method") == "LIST_SUBSCRIPTIONS"
            ? $$"""{"result":[{{SubscribeText.ToJsonList(request.Subscribed.Select(stream => $"{stream.Market.Symbol.ToLowerInvariant()}@{request.ChannelOf(stream)}"))}}],"id":{{request.Id}}}"""
            : null,
        MarketList = static (symbols, address) => address.AbsolutePath.StartsWith("/open/", StringComparison.Ordinal)
            ? $$$"""{"code":0,"data":{"list":[{{{string.Join(',', symbols.Select(Entry))}}}]}}"""
            : $$"""{"symbols":[{{string.Join(',', symbols.Select(Entry))}}]}""",
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"type":1,"symbol":"{{listed.Symbol}}","status":"TRADING","contractStatus":"TRADING","contractType":"{{(listed.IsPerpetual ? "PERPETUAL" : "CURRENT_QUARTER")}}","baseAsset":"{{listed.Base}}","quoteAsset":"{{listed.Quote}}"}""";
}
