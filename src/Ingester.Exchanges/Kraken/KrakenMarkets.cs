using System.Globalization;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Exchanges.Kraken;

/// <summary>Parses Kraken's market lists: REST <c>AssetPairs</c>, which uses v1 names, and the <c>instrument</c> channel of v2.</summary>
internal static class KrakenMarkets
{
    private const int MaxDecimals = 30;

    private static readonly MarketListFormat AssetPairsFormat = new(AssetPairEntries, SymbolOf, static (_, symbol) => CanonicalNameOf(symbol), static pair => pair.GetText("status")) { Facts = Facts };

    private static readonly MarketListFormat InstrumentsFormat = AssetPairsFormat with
    {
        Entries = static root => root.GetRequired("data").GetArray("pairs"),
        Symbol = static pair => pair.GetText("symbol"),
    };

    /// <summary>Parses either format.</summary>
    public static MarketListResult Parse(ExchangeProfile profile, ReadOnlySpan<byte> body) => MarketListParser.Parse(profile, body, static root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("channel", out _) ? InstrumentsFormat : AssetPairsFormat);

    private static IEnumerable<JsonElement> AssetPairEntries(JsonElement root)
    {
        foreach (var error in root.GetArray("error"))
            throw new JsonException($"the exchange answered {error.GetRawText()}.");
        return root.GetRequired("result").AsObject().Select(static pair => pair.Value);
    }

    /// <summary>The facts of a pair; the lists name them differently, and REST gives decimal places where the channel gives steps.</summary>
    private static InstrumentFacts Facts(JsonElement pair, string symbol) => new(InstrumentType.Spot, symbol.Split('/')[0], symbol.Split('/')[^1])
    {
        Tick = pair.GetDigits("tick_size") ?? pair.GetDigits("price_increment") ?? Step(pair.GetDigits("pair_decimals")),
        Lot = pair.GetDigits("qty_increment") ?? Step(pair.GetDigits("lot_decimals")),
        MinSize = pair.GetDigits("ordermin") ?? pair.GetDigits("qty_min"),
        MinNotional = pair.GetDigits("costmin") ?? pair.GetDigits("cost_min"),
    };

    /// <summary>The step of numbers with this many decimal places: 0.001 for three.</summary>
    private static string? Step(string? decimals) =>
        !int.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out var places) || places > MaxDecimals ? null
        : places == 0 ? "1"
        : $"0.{new string('0', places - 1)}1";

    /// <summary>The v2 symbol; null for dark pools, which have no WebSocket name.</summary>
    private static string? SymbolOf(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Object && !pair.TryGetProperty("wsname", out _) ? null : ToV2Symbol(pair.GetText("wsname"));

    /// <summary>Converts a v1 symbol to v2: <c>XBT/USD</c> is <c>BTC/USD</c> and <c>XDG/USD</c> is <c>DOGE/USD</c>.</summary>
    private static string ToV2Symbol(string name) => string.Join('/', name.Split('/').Select(asset => asset switch
    {
        "XBT" => "BTC",
        "XDG" => "DOGE",
        _ => asset,
    }));

    private static string CanonicalNameOf(string symbol) => symbol.Split('/') is [{ Length: > 0 } traded, { Length: > 0 } quote]
        ? $"{traded}-{quote}"
        : throw new JsonException($"\"{symbol}\" is not of the form BASE/QUOTE.");
}
