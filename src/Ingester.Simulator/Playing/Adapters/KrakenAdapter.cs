using System.Globalization;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Kraken spot, WebSocket v2.</summary>
internal static class KrakenAdapter
{
    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Welcome = """{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":1,"system":"online","version":"2.0.0"}]}""",
        Acknowledge = static request => request.Streams.Select(stream =>
            $$$"""{"method":"{{{(request.IsSubscribe ? "subscribe" : "unsubscribe")}}}","result":{"channel":"{{{request.ChannelOf(stream)}}}","symbol":"{{{stream.Market.Symbol}}}"},"success":true,"req_id":{{{request.Id}}}}"""),
        Answer = static request => request.Find("method") == "ping" ? $$"""{"method":"pong","req_id":{{request.Id}}}""" : null,
        MarketList = static (symbols, _) => $$$"""{"error":[],"result":{{{{string.Join(',', symbols.Select(Entry))}}}}}""",
        Snapshot = static book =>
        {
            const string Level = """{{"price":{0},"qty":{1}}}""";
            var checksum = book.Profile.Book.Checksum is { } rule ? $",\"checksum\":{rule.Compute(book.Book).ToString(CultureInfo.InvariantCulture)}" : "";
            var sides = $"\"bids\":[{book.Bids(Level)}],\"asks\":[{book.Asks(Level)}]";
            return $$"""{"channel":"book","type":"snapshot","data":[{"symbol":"{{book.Symbol}}",{{sides}}{{checksum}},"timestamp":"{{PlayedBook.ToText(book.Micros)}}"}]}""";
        },
    };

    private static string Entry(ListedSymbol listed) =>
        $"\"{listed.Base}{listed.Quote}\":" + $$"""{"altname":"{{listed.Base}}{{listed.Quote}}","wsname":"{{listed.Symbol}}","status":"online"}""";
}
