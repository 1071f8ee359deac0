using Ingester.Core.Exchanges;
using Ingester.Simulator.Playing.AdapterContract;

namespace Ingester.Simulator.Playing.Adapters;

/// <summary>Bitget v3, spot and perpetual contracts.</summary>
internal static class BitgetAdapter
{
    private const string Level = "[\"{0}\",\"{1}\"]";

    /// <summary>The adapter.</summary>
    public static PlayerAdapter Create() => new()
    {
        Acknowledge = static request => request.Streams.Select(stream =>
            $$"""{"event":"{{request.Find("op")}}","arg":{{Argument(request.Profile, request.ChannelOf(stream), stream.Market.Symbol)}},"connId":"play"}"""),
        Answer = static request => request.Text == "ping" ? "pong" : null,
        MarketList = static (symbols, _) => $$"""{"code":"00000","data":[{{string.Join(',', symbols.Select(Entry))}}]}""",
        Snapshot = static book =>
        {
            var content = $$"""{"a":[{{book.Asks(Level)}}],"b":[{{book.Bids(Level)}}],"seq":{{book.LastId}},"pseq":0,"ts":"{{book.Millis}}"}""";
            return $$"""{"action":"snapshot","arg":{{Argument(book.Profile, book.Channel, book.Symbol)}},"data":[{{content}}],"ts":{{book.Millis}}}""";
        },
    };

    private static string Argument(ExchangeProfile profile, string topic, string symbol) =>
        $$"""{"instType":"{{(profile.Symbols.IsDerivatives ? "usdt-futures" : "spot")}}","topic":"{{topic}}","symbol":"{{symbol}}"}""";

    private static string Entry(ListedSymbol listed) =>
        $$"""{"symbol":"{{listed.Symbol}}","baseCoin":"{{listed.Base}}","quoteCoin":"{{listed.Quote}}","status":"online","type":"perpetual"}""";
}
