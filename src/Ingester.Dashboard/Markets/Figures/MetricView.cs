using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>Spread and imbalance of one minute. Values are null where they are not known.</summary>
public sealed record MetricView
{
    /// <summary>Start of the minute, microseconds UTC.</summary>
    public required long StartMicros { get; init; }

    /// <summary>What is known about the book at the end of the minute.</summary>
    public required DisplayState State { get; init; }

    /// <summary>The condition as derived rows name it, such as <c>beyond-horizon</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>Why values are not known, or not proven, as a sentence; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Best bid at the end of the minute.</summary>
    public string? Bid { get; init; }

    /// <summary>Best ask at the end of the minute.</summary>
    public string? Ask { get; init; }

    /// <summary>Spread at the end of the minute.</summary>
    public string? Spread { get; init; }

    /// <summary>Mean spread of the minute in basis points of mid, weighted by time.</summary>
    public string? SpreadMean { get; init; }

    /// <summary>(bid depth − ask depth) / (bid depth + ask depth) at the end of the minute, within the band of the query around mid.</summary>
    public string? Imbalance { get; init; }

    /// <summary>The same of the depths' means over the minute.</summary>
    public string? ImbalanceMean { get; init; }
}
