using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Kraken Futures, WebSocket v1.</summary>
internal static class KrakenFuturesAdapter
{
    private const string Level = """{{"price":{0},"qty":{1}}}""";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Welcome = """{"event":"info","version":1}""",
        Acknowledge = static request =>
            [$$"""{"event":"{{request.Find("event")}}d","feed":"{{request.Find("feed")}}","product_ids":[{{SubscribeText.ToJsonList(request.Streams.Select(static stream => stream.Market.Symbol))}}]}"""],
        Answer = static request => request.Find("feed") == "heartbeat" ? """{"event":"subscribed","feed":"heartbeat"}""" : null,
        MarketList = static (symbols, _) => $$"""{"result":"success","instruments":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Snapshot = static book =>
            $$"""{"feed":"book_snapshot","product_id":"{{book.Symbol}}","timestamp":{{book.Millis}},"seq":{{book.LastId}},"tickSize":null,"bids":[{{book.Bids(Level)}}],"asks":[{{book.Asks(Level)}}]}""",
    };

    private static string Entry(ListedSymbol listed) => $$"""{"symbol":"{{listed.Symbol}}","type":"flexible_futures","tradeable":true}""";
}
