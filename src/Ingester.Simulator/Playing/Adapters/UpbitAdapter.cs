using System.Globalization;
using Ingester.Core.Books;
using Ingester.Core.Markets;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Upbit and Bithumb. A subscription is answered with the last trade and the book of each market.</summary>
internal static class UpbitAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => request.Streams.Where(static stream => stream.Dataset == Dataset.Trades).Select(stream =>
            $$"""{"ty":"trade","cd":"{{stream.Market.Symbol}}","tms":{{request.Micros / 1_000}},"tp":1.0,"tv":1.0,"ab":"ASK","sid":1,"st":"SNAPSHOT"}"""),
        Answer = static request => request.Text == request.Profile.PingMessage ? """{"status":"UP"}""" : null,
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(static listed => $$"""{"market":"{{listed.Symbol}}","korean_name":"-","english_name":"-"}"""))}]",
        Snapshot = static book => $$"""{"ty":"orderbook","cd":"{{book.Symbol}}","tms":{{book.Millis}},"obu":[{{Units(book.Book)}}],"st":"SNAPSHOT"}""",
    };

    /// <summary>A level of each side; where one side has fewer, its price is 0.</summary>
    private static string Units(OrderBook book)
    {
        var (bids, asks) = (book.Bids.BestFirst.ToList(), book.Asks.BestFirst.ToList());
        return string.Join(',', Enumerable.Range(0, Math.Max(bids.Count, asks.Count)).Select(index =>
        {
            var (bid, ask) = (bids.ElementAtOrDefault(index), asks.ElementAtOrDefault(index));
            return string.Create(CultureInfo.InvariantCulture, $$"""{"ap":{{ask.Price}},"bp":{{bid.Price}},"as":{{ask.Size}},"bs":{{bid.Size}}}""");
        }));
    }
}
