using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Hyperliquid. The book of a late subscription is the last one that the recording has sent.</summary>
internal static class HyperliquidAdapter
{
    private const string Level = """{{"px":"{0}","sz":"{1}","n":1}}""";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => request.Streams.Select(stream =>
            $$$$"""{"channel":"subscriptionResponse","data":{"method":"{{{{request.Find("method")}}}}","subscription":{"type":"{{{{request.ChannelOf(stream)}}}}","coin":"{{{{stream.Market.Symbol}}}}"}}}"""),
        Answer = static request => request.Find("method") == "ping" ? """{"channel":"pong"}""" : null,
        MarketList = static (symbols, _) => $$"""{"universe":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Snapshot = static book =>
            $$$"""{"channel":"l2Book","data":{"coin":"{{{book.Symbol}}}","time":{{{book.Millis}}},"levels":[[{{{book.Bids(Level)}}}],[{{{book.Asks(Level)}}}]]}}""",
    };

    private static string Entry(ListedSymbol listed) => $$"""{"name":"{{listed.Symbol}}","szDecimals":5}""";
}
