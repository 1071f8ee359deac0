using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Coinbase Exchange.</summary>
internal static class CoinbaseAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [$$"""{"type":"subscriptions","channels":[{{string.Join(',', Channels(request))}}]}"""],
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(Entry))}]",
        Snapshot = static book =>
            $$"""{"type":"snapshot","product_id":"{{book.Symbol}}","bids":[{{book.Bids("[\"{0}\",\"{1}\"]")}}],"asks":[{{book.Asks("[\"{0}\",\"{1}\"]")}}]}""",
    };

    private static IEnumerable<string> Channels(ClientRequest request) =>
        request.Subscribed.Select(stream => (Channel: request.ChannelOf(stream), stream.Market.Symbol))
            .Concat(request.Subscribed.Select(static stream => (Channel: "heartbeat", stream.Market.Symbol)).Distinct())
            .GroupBy(static stream => stream.Channel, static stream => stream.Symbol)
            .Select(static channel => $$"""{"name":"{{channel.Key}}","product_ids":[{{SubscribeText.ToJsonList(channel)}}]}""");

    private static string Entry(ListedSymbol listed) =>
        $$"""{"id":"{{listed.Symbol}}","base_currency":"{{listed.Base}}","quote_currency":"{{listed.Quote}}","trading_disabled":false,"status":"online"}""";
}
