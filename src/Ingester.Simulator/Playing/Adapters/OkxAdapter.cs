using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>OKX v5. Its market lists are one for each type of instrument.</summary>
internal static class OkxAdapter
{
    private const string Level = "[\"{0}\",\"{1}\",\"0\",\"1\"]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => request.Streams.Select(stream =>
            $$"""{"id":{{request.Id}},"event":"{{request.Find("op")}}","arg":{{Argument(request.ChannelOf(stream), stream.Market.Symbol)}},"connId":"play"}"""),
        Answer = static request => request.Text == "ping" ? "pong" : null,
        MarketList = static (symbols, address) => symbols.Where(listed => address.Query == $"?instType={TypeOf(listed)}").ToList() is { Count: > 0 } listed
            ? $$"""{"code":"0","data":[{{string.Join(',', listed.Select(Entry))}}],"msg":""}"""
            : null,
        Snapshot = static book =>
        {
            var content = $$"""{"asks":[{{book.Asks(Level)}}],"bids":[{{book.Bids(Level)}}],"ts":"{{book.Millis}}","checksum":0,"seqId":{{book.LastId}},"prevSeqId":-1}""";
            return $$"""{"arg":{{Argument(book.Channel, book.Symbol)}},"action":"snapshot","data":[{{content}}]}""";
        },
    };

    private static string Argument(string channel, string symbol) => $$"""{"channel":"{{channel}}","instId":"{{symbol}}"}""";

    private static string TypeOf(ListedSymbol listed) => listed.IsPerpetual ? "SWAP" : listed.IsDated ? "FUTURES" : "SPOT";

    private static string Entry(ListedSymbol listed) =>
        $$"""{"instId":"{{listed.Symbol}}","instType":"{{TypeOf(listed)}}","uly":"{{listed.Base}}-{{listed.Quote}}","state":"live"}""";
}
