namespace Ingester.Deriving.Books;

/// <summary>Which metrics of order books are derived.</summary>
internal sealed record MetricOptions
{
    /// <summary>Intervals of the grids in seconds; each divides 60. Default: 1 and 60.</summary>
    public IReadOnlyList<int> GridSeconds { get; init; } = [1, 60];

    /// <summary>Distances from mid in basis points (1/10,000) for cumulative depth and imbalance, ascending, below 10,000. Default: 1, 5, 10, 50, 100.</summary>
    public IReadOnlyList<int> BandBasisPoints { get; init; } = [1, 5, 10, 50, 100];

    /// <summary>Notionals in quote units for slippage and vwap, ascending. Default: 1,000, 10,000 and 100,000.</summary>
    public IReadOnlyList<long> Notionals { get; init; } = [1_000, 10_000, 100_000];

    /// <summary>Number of best levels whose sizes are given. Default: 5.</summary>
    public int TopLevels { get; init; } = 5;
}
