using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>bitFlyer Lightning. The snapshots of a book are a channel of their own, which no stream waits for.</summary>
internal static class BitFlyerAdapter
{
    private const string Level = """{{"price":{0},"size":{1}}}""";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [Accept(request)],
        Answer = static request => request.Find("method") is "subscribe" or "unsubscribe" ? Accept(request) : null,
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(Entry))}]",
        Snapshot = static book =>
        {
            var message = $$"""{"bids":[{{book.Bids(Level)}}],"asks":[{{book.Asks(Level)}}]}""";
            return $$$"""{"jsonrpc":"2.0","method":"channelMessage","params":{"channel":"lightning_board_snapshot_{{{book.Symbol}}}","message":{{{message}}}}}""";
        },
    };

    private static string Accept(ClientRequest request) => $$"""{"jsonrpc":"2.0","id":{{request.Id}},"result":true}""";

    private static string Entry(ListedSymbol listed) =>
        $$"""{"product_code":"{{listed.Symbol}}","market_type":"{{(listed.IsPerpetual ? "FX" : listed.Symbol.Contains('_', StringComparison.Ordinal) ? "Spot" : "Futures")}}"}""";
}
