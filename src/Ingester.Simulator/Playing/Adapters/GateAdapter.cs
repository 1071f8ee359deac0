using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Gate v4, spot and futures.</summary>
internal static class GateAdapter
{
    private const string Ping = "ping";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request =>
            [$$$"""{"time":{{{request.Micros / 1_000_000}}},"id":{{{request.Id}}},"channel":"{{{request.Find("channel")}}}","event":"{{{request.Find("event")}}}","result":{"status":"success"}}"""],
        Answer = static request => request.Find("channel") is { } channel && channel.EndsWith($".{Ping}", StringComparison.Ordinal)
            ? $$"""{"time":{{request.Micros / 1_000_000}},"channel":"{{channel[..^Ping.Length]}}pong","event":"","error":null,"result":null}"""
            : null,
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(Entry))}]",
    };

    private static string Entry(ListedSymbol listed) => listed.IsPerpetual
        ? $$"""{"name":"{{listed.Symbol}}","status":"trading","enable_decimal":true}"""
        : $$"""{"id":"{{listed.Symbol}}","base":"{{listed.Base}}","quote":"{{listed.Quote}}","trade_status":"tradable"}""";
}
