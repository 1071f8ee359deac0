using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>KuCoin, the classic API.</summary>
internal static class KucoinAdapter
{
    private const string Bootstrap =
        """{"code":"200000","data":{"token":"play","instanceServers":[{"endpoint":"wss://player/endpoint","encrypt":true,"protocol":"websocket","pingInterval":18000,"pingTimeout":10000}]}}""";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Welcome = """{"id":"play","type":"welcome"}""",
        Acknowledge = static request => [$$"""{"id":{{request.Id}},"type":"ack"}"""],
        Answer = static request => request.Find("type") == "ping" ? $$"""{"id":{{request.Id}},"type":"pong"}""" : null,
        MarketList = static (symbols, _) => $$"""{"code":"200000","data":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Respond = static path => path == "/api/v1/bullet-public" ? Bootstrap : null,
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol}}","baseCurrency":"{{listed.Base}}","quoteCurrency":"{{listed.Quote}}","enableTrading":true}""";
}
