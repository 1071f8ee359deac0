using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>WOO X v3.</summary>
internal static class WooXAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request =>
        [
            $$"""{"id":{{request.Id}},"cmd":"{{request.Find("cmd")}}","success":true,"time":{{request.Micros / 1_000}},"data":[{{SubscribeText.ToJsonList(request.Streams.Select(stream => $"{request.ChannelOf(stream)}@{stream.Market.Symbol}"))}}]}""",
        ],
        Answer = static request => request.Find("cmd") == "PING" ? $$"""{"cmd":"PONG","success":true,"time":{{request.Micros / 1_000}}}""" : null,
        MarketList = static (symbols, _) => $$$"""{"success":true,"data":{"rows":[{{{string.Join(',', symbols.Select(Entry))}}}]},"timestamp":0}""",
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol}}","status":"TRADING","baseAsset":"{{listed.Base}}","quoteAsset":"{{listed.Quote}}"}""";
}
