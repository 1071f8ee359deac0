using Ingester.Core.Exchanges;
using Ingester.Core.Json;
using Ingester.Core.Markets;

namespace Ingester.Exchanges.Binance;

/// <summary>
/// The snapshots of the Binance family: <c>{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[…]}</c>; futures add <c>E</c> and <c>T</c>, the time
/// of the book. Spot: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book; USD-M:
/// https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Order-Book.
/// </summary>
internal static class BinanceSnapshots
{
    private const int DefaultLevels = 1000;

    /// <summary>Spot and .US. The weights are those of spot; .US charges less.</summary>
    public static SnapshotEndpoint ForSpot(string host) => new()
    {
        UriFor = (market, levels) => BuildUri($"{host}/api/v3/depth", market, levels),
        Parse = Parse,
        AvailableDepths = [new(100, 5), new(500, 25), new(1000, 50), new(5000, 250)],
        DefaultLevels = DefaultLevels,
    };

    /// <summary>USD-M and COIN-M futures.</summary>
    public static SnapshotEndpoint ForFutures(string rest) => new()
    {
        UriFor = (market, levels) => BuildUri($"{rest}/depth", market, levels),
        Parse = Parse,
        AvailableDepths = [new(50, 2), new(100, 5), new(500, 10), new(1000, 20)],
        DefaultLevels = DefaultLevels,
    };

    /// <summary>Parses a snapshot of spot or futures.</summary>
    public static RestSnapshot Parse(ReadOnlySpan<byte> body)
    {
        var json = new FrameReader(body);
        var scratch = new BinanceLevelBuffers();
        (long? upTo, long? micros) = (null, null);
        byte[]? bids = null, asks = null;
        json.Object();
        while (json.Property(out var name))
            if (name.SequenceEqual("lastUpdateId"u8))
                upTo = json.Integer();
            else if (name.SequenceEqual("T"u8))
                micros = json.MillisAsMicros();
            else if (name.SequenceEqual("bids"u8))
                bids = json.Levels(scratch.Bids).ToArray();
            else if (name.SequenceEqual("asks"u8))
                asks = json.Levels(scratch.Asks).ToArray();
            else
                json.Skip();
        json.ExpectEnd();
        json.Require(upTo is not null, "lastUpdateId");
        json.Require(bids is not null, "bids");
        json.Require(asks is not null, "asks");
        return new(upTo.GetValueOrDefault(), micros, bids!, asks!);
    }

    private static Uri BuildUri(string path, Market market, int levels) => new($"{path}?symbol={Uri.EscapeDataString(market.Symbol)}&limit={levels}");
}
