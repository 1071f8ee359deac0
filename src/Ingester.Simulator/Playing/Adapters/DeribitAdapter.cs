using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Deribit v2.</summary>
internal static class DeribitAdapter
{
    private const string Level = "[\"new\",{0},{1}]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [Result(request, request.Json.GetProperty("params").GetProperty("channels").GetRawText())],
        Answer = static request => request.Find("method") switch
        {
            "public/set_heartbeat" => Result(request, "\"ok\""),
            "public/test" => Result(request, """{"version":"1.2.26"}"""),
            _ => null,
        },
        MarketList = static (symbols, _) => $$"""{"jsonrpc":"2.0","result":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Snapshot = static book =>
        {
            var sides = $"\"bids\":[{book.Bids(Level)}],\"asks\":[{book.Asks(Level)}]";
            var content = $$"""{"type":"snapshot","timestamp":{{book.Millis}},"instrument_name":"{{book.Symbol}}","change_id":{{book.LastId}},{{sides}}}""";
            return $$$"""{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.{{{book.Symbol}}}.100ms","data":{{{content}}}}}""";
        },
    };

    private static string Result(ClientRequest request, string result) =>
        $$"""{"jsonrpc":"2.0","id":{{request.Id}},"result":{{result}},"usIn":{{request.Micros}},"usOut":{{request.Micros}},"usDiff":0,"testnet":false}""";

    private static string Entry(ListedSymbol listed)
    {
        var kind = listed.IsOption ? "option" : listed.IsPerpetual || listed.IsDated ? "future" : "spot";
        return $$"""{"kind":"{{kind}}","instrument_name":"{{listed.Symbol}}","is_active":true,"state":"open","base_currency":"{{listed.Base}}","quote_currency":"{{listed.Quote}}","settlement_period":"{{(listed.IsPerpetual ? "perpetual" : "month")}}"}""";
    }
}
