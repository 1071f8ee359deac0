using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

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
