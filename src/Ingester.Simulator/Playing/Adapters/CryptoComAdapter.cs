using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Crypto.com Exchange v1.</summary>
internal static class CryptoComAdapter
{
    private const string Level = "[\"{0}\",\"{1}\",\"1\"]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => request.Json.GetProperty("params").GetProperty("channels").EnumerateArray().Select(topic =>
            $$"""{"id":{{request.Id}},"method":"{{request.Find("method")}}","code":0,"channel":{{topic.GetRawText()}}}"""),
        MarketList = static (symbols, _) => $$$"""{"code":0,"result":{"data":[{{{string.Join(',', symbols.Select(Entry))}}}]}}""",
        Snapshot = static book =>
        {
            var content = $$"""{"asks":[{{book.Asks(Level)}}],"bids":[{{book.Bids(Level)}}],"t":{{book.Millis}},"tt":{{book.Millis}},"u":{{book.LastId}},"cs":0}""";
            var channel = $"\"subscription\":\"book.{book.Symbol}.50\",\"channel\":\"book\",\"depth\":50";
            return $$$"""{"id":-1,"method":"subscribe","code":0,"result":{"instrument_name":"{{{book.Symbol}}}",{{{channel}}},"data":[{{{content}}}]}}""";
        },
    };

    private static string Entry(ListedSymbol listed)
    {
        var type = listed.IsPerpetual ? "PERPETUAL_SWAP" : listed.IsDated ? "FUTURE" : "CCY_PAIR";
        return $$"""{"symbol":"{{listed.Symbol}}","inst_type":"{{type}}","base_ccy":"{{listed.Base}}","quote_ccy":"{{listed.Quote}}","tradable":true}""";
    }
}
