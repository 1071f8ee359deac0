using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Bitstamp v2.</summary>
internal static class BitstampAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => request.Streams.Select(stream =>
            $$$"""{"event":"bts:{{{(request.IsSubscribe ? "subscription" : "unsubscription")}}}_succeeded","channel":"{{{request.ChannelOf(stream)}}}_{{{stream.Market.Symbol}}}","data":{}}"""),
        Answer = static request => request.Find("event") == "bts:heartbeat" ? """{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}""" : null,
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(Entry))}]",
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"name":"{{listed.Base}}/{{listed.Quote}}","market_symbol":"{{listed.Symbol}}","trading":"Enabled","market_type":"SPOT"}""";
}
