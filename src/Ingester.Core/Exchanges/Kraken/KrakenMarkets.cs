using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>Kraken's market lists: REST <c>AssetPairs</c>, whose names are those of v1, and the <c>instrument</c> channel of v2.</summary>
internal static class KrakenMarkets
{
    /// <summary>Reads either form: what is online.</summary>
    public static IReadOnlyList<Market> Read(string exchange, ReadOnlySpan<byte> body) => MarketBody.Read(exchange, body, root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("channel", out _) ? Instruments(root) : AssetPairs(root));

    private static IEnumerable<Market> Instruments(JsonElement root) =>
        from pair in root.Property("data").Items("pairs")
        where pair.Text("status") == "online"
        select Market(pair.Text("symbol"));

    private static IEnumerable<Market> AssetPairs(JsonElement root)
    {
        foreach (var error in root.Items("error"))
            throw new JsonException($"the exchange answered {error.GetRawText()}.");
        foreach (var pair in root.Property("result").Entries())
            if (pair.Value.Text("status") == "online" && pair.Value.TryGetProperty("wsname", out _)) // dark pools have no name on the WebSocket
                yield return Market(V2(pair.Value.Text("wsname")));
    }

    /// <summary>The symbol of v2 from that of v1: <c>XBT/USD</c> is <c>BTC/USD</c> and <c>XDG/USD</c> is <c>DOGE/USD</c>.</summary>
    private static string V2(string name) => string.Join('/', name.Split('/').Select(asset => asset switch
    {
        "XBT" => "BTC",
        "XDG" => "DOGE",
        _ => asset,
    }));

    private static Market Market(string symbol) => new(symbol.Replace('/', '-'), symbol);
}
