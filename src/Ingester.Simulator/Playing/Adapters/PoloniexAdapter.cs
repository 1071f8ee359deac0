using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Poloniex spot.</summary>
internal static class PoloniexAdapter
{
    private const string Level = "[\"{0}\",\"{1}\"]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request =>
        {
            var symbols = SubscribeText.ToJsonList(request.Streams.Select(static stream => stream.Market.Symbol));
            return [$$"""{"event":"{{request.Find("event")}}","channel":"{{request.ChannelOf(request.Streams[0])}}","symbols":[{{symbols}}]}"""];
        },
        Answer = static request => request.Find("event") == "ping" ? """{"event":"pong"}""" : null,
        MarketList = static (symbols, _) => $"[{string.Join(',', symbols.Select(Entry))}]",
        Snapshot = static book =>
        {
            var sides = $"\"asks\":[{book.Asks(Level)}],\"bids\":[{book.Bids(Level)}]";
            var data = $$"""{"symbol":"{{book.Symbol}}","createTime":{{book.Millis}},{{sides}},"lastId":{{book.LastId - 1}},"id":{{book.LastId}},"ts":{{book.Millis}}}""";
            return $$"""{"channel":"book_lv2","data":[{{data}}],"action":"snapshot"}""";
        },
    };

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol}}","baseCurrencyName":"{{listed.Base}}","quoteCurrencyName":"{{listed.Quote}}","state":"NORMAL"}""";
}
