using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>A snapshot as an exchange returned it over REST.</summary>
/// <param name="LastId">The last id of the depth sequence that the snapshot contains; the time in microseconds where a diff has no other id.</param>
/// <param name="Micros">Exchange time, microseconds UTC; null when the response has none.</param>
/// <param name="Bids">The bids, <c>[["price","size"],…]</c>, with the exchange's digits.</param>
/// <param name="Asks">The asks.</param>
internal sealed record RestSnapshot(long LastId, long? Micros, byte[] Bids, byte[] Asks);

/// <summary>Parses a snapshot.</summary>
/// <exception cref="System.Text.Json.JsonException">The body has an unexpected format; the message states what and where.</exception>
internal delegate RestSnapshot SnapshotParser(ReadOnlySpan<byte> body);

/// <summary>A depth that can be requested, and its request weight.</summary>
/// <param name="Levels">Levels per side; zero when the exchange returns every level.</param>
/// <param name="Weight">Request weight, counted against <see cref="ExchangeProfile.RequestWeightLimit"/>.</param>
internal readonly record struct SnapshotDepth(int Levels, int Weight);

/// <summary>How snapshots are fetched from an exchange that does not send them on the WebSocket.</summary>
internal sealed record SnapshotEndpoint
{
    /// <summary>The URI of the snapshot of a market with the given number of levels per side.</summary>
    public required Func<Market, int, Uri> UriFor { get; init; }

    /// <summary>Parses the response.</summary>
    public required SnapshotParser Parse { get; init; }

    /// <summary>The depths that can be requested, the shallowest first.</summary>
    public required IReadOnlyList<SnapshotDepth> AvailableDepths { get; init; }

    /// <summary>The default depth.</summary>
    public required int DefaultLevels { get; init; }

    /// <summary>The shallowest depth with at least this many levels; null when the exchange offers none.</summary>
    public SnapshotDepth? SmallestDepthFor(int levels)
    {
        foreach (var depth in AvailableDepths)
            if (depth.Levels >= levels)
                return depth;
        return null;
    }
}
