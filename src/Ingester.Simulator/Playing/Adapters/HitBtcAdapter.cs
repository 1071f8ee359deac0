using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>HitBTC v3, which Bequant speaks too.</summary>
internal static class HitBtcAdapter
{
    private const string Level = "[\"{0}\",\"{1}\"]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request =>
            [$$$"""{"result":{"ch":"{{{request.Find("ch")}}}","subscriptions":[{{{SubscribeText.ToJsonList(request.Streams.Select(static stream => stream.Market.Symbol))}}}]},"id":{{{request.Id}}}}"""],
        MarketList = static (symbols, _) => $$"""{{{string.Join(',', symbols.Select(Entry))}}}""",
        Snapshot = static book =>
            $$$$"""{"ch":"{{{{book.Channel}}}}","snapshot":{"{{{{book.Symbol}}}}":{"t":{{{{book.Millis}}}},"s":{{{{book.LastId}}}},"a":[{{{{book.Asks(Level)}}}}],"b":[{{{{book.Bids(Level)}}}}]}}}""",
    };

    private static string Entry(ListedSymbol listed)
    {
        var type = listed.IsPerpetual
            ? $"\"type\":\"futures\",\"underlying\":\"{listed.Base}\",\"fee_currency\":\"{listed.Quote}\""
            : $"\"type\":\"spot\",\"base_currency\":\"{listed.Base}\"";
        return $"\"{listed.Symbol}\":" + $$"""{{{type}},"quote_currency":"{{listed.Quote}}","status":"working"}""";
    }
}
