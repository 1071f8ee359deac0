using System.Globalization;
using Ingester.Core.Books;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Phemex spot. Prices and sizes are whole numbers of units of 0.00000001.</summary>
internal static class PhemexAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => [$$$"""{"error":null,"id":{{{request.Id}}},"result":{"status":"success"}}"""],
        Answer = static request => request.Find("method") == "server.ping" ? $$"""{"error":null,"id":{{request.Id}},"result":"pong"}""" : null,
        MarketList = static (symbols, _) => $$$"""{"code":0,"data":{"products":[{{{string.Join(',', symbols.Select(Entry))}}}]}}""",
        Snapshot = static book =>
        {
            var sides = $$"""{"asks":[{{Levels(book.Book.Asks)}}],"bids":[{{Levels(book.Book.Bids)}}]}""";
            return $$"""{"book":{{sides}},"depth":30,"sequence":{{book.LastId}},"symbol":"{{book.Symbol}}","timestamp":{{book.Micros}}000,"type":"snapshot"}""";
        },
    };

    private static string Levels(BookSide side) => string.Join(',', side.BestFirst.Select(static level => $"[{Units(level.Price)},{Units(level.Size)}]"));

    private static string Units(ExactDecimal number) =>
        (decimal.Parse(number.ToString(), CultureInfo.InvariantCulture) * 100_000_000m).ToString("0", CultureInfo.InvariantCulture);

    private static string Entry(ListedSymbol listed)
    {
        var ticks = $"\"baseTickSize\":\"0.01 {listed.Base}\",\"baseTickSizeEv\":1000000,\"quoteTickSize\":\"0.01 {listed.Quote}\",\"quoteTickSizeEv\":1000000";
        return $$"""{"symbol":"{{listed.Symbol}}","type":"Spot","baseCurrency":"{{listed.Base}}","quoteCurrency":"{{listed.Quote}}","status":"Listed",{{ticks}}}""";
    }
}
