using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Bybit v5.</summary>
internal static class BybitAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [$$"""{"success":true,"ret_msg":"","conn_id":"play","req_id":{{request.Id}},"op":"{{request.Find("op")}}"}"""],
        Answer = static request => request.Find("op") == "ping" ? """{"success":true,"ret_msg":"pong","conn_id":"play","op":"ping"}""" : null,
        MarketList = static (symbols, _) => $$$"""{"retCode":0,"retMsg":"OK","result":{"list":[{{{string.Join(',', symbols.Select(Entry))}}}],"nextPageCursor":""}}""",
        Snapshot = static book =>
        {
            const string Level = "[\"{0}\",\"{1}\"]";
            var content = $$"""{"s":"{{book.Symbol}}","b":[{{book.Bids(Level)}}],"a":[{{book.Asks(Level)}}],"u":{{book.LastId}},"seq":0}""";
            return $$"""{"topic":"{{book.Channel}}.{{book.Symbol}}","type":"snapshot","ts":{{book.Millis}},"data":{{content}},"cts":{{book.Millis}}}""";
        },
    };

    private static string Entry(ListedSymbol listed) =>
        $$$"""{"symbol":"{{{listed.Symbol}}}","baseCoin":"{{{listed.Base}}}","quoteCoin":"{{{listed.Quote}}}","status":"Trading","deliveryTime":"0","lotSizeFilter":{},"priceFilter":{}}""";
}
