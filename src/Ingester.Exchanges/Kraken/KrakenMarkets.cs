using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Exchanges.Kraken;

/// <summary>Parses Kraken's market lists: REST <c>AssetPairs</c>, which uses v1 names, and the <c>instrument</c> channel of v2.</summary>
internal static class KrakenMarkets
{
    private static readonly MarketListForm AssetPairs = new(Pairs, Symbol, static (_, symbol) => Name(symbol), static pair => pair.Text("status"));

    private static readonly MarketListForm Instruments = AssetPairs with
    {
        Entries = static root => root.Property("data").Items("pairs"),
        Symbol = static pair => pair.Text("symbol"),
    };

    /// <summary>Parses either format.</summary>
    public static MarketListing Read(ExchangeProfile profile, ReadOnlySpan<byte> body) => MarketBody.Read(profile, body, static root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("channel", out _) ? Instruments : AssetPairs);

    private static IEnumerable<JsonElement> Pairs(JsonElement root)
    {
        foreach (var error in root.Items("error"))
            throw new JsonException($"the exchange answered {error.GetRawText()}.");
        return root.Property("result").Entries().Select(static pair => pair.Value);
    }

    /// <summary>The v2 symbol; null for dark pools, which have no WebSocket name.</summary>
    private static string? Symbol(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Object && !pair.TryGetProperty("wsname", out _) ? null : V2(pair.Text("wsname"));

    /// <summary>Converts a v1 symbol to v2: <c>XBT/USD</c> is <c>BTC/USD</c> and <c>XDG/USD</c> is <c>DOGE/USD</c>.</summary>
    private static string V2(string name) => string.Join('/', name.Split('/').Select(asset => asset switch
    {
        "XBT" => "BTC",
        "XDG" => "DOGE",
        _ => asset,
    }));

    private static string Name(string symbol) => symbol.Split('/') is [{ Length: > 0 } traded, { Length: > 0 } quote]
        ? $"{traded}-{quote}"
        : throw new JsonException($"\"{symbol}\" is not of the form BASE/QUOTE.");
}
