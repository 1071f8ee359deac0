using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Gemini's WebSocket API. Its market list writes symbols in upper case.</summary>
internal static class GeminiAdapter
{
    private const string Level = "[\"{0}\",\"{1}\"]";
    private const string Nanoseconds = "000";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [Accept(request)],
        Answer = static request => request.Find("method") == "ping" ? Accept(request) : null,
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(Entry))}]",
        Snapshot = static book =>
            $$"""{"e":"depthUpdate","E":{{book.Micros}}{{Nanoseconds}},"s":"{{book.Symbol}}","U":{{book.LastId}},"u":{{book.LastId}},"b":[{{book.Bids(Level)}}],"a":[{{book.Asks(Level)}}]}""",
    };

    private static string Accept(ClientRequest request) => $$"""{"id":{{request.Id}},"status":200}""";

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol.ToUpperInvariant()}}","base_currency":"{{listed.Base}}","quote_currency":"{{listed.Quote}}","status":"open","product_type":"{{(listed.IsPerpetual ? "swap" : "spot")}}"}""";
}
