namespace Ingester.Dashboard.Markets.Figures;

/// <summary>Spread and imbalance of the hour before a moment.</summary>
/// <param name="FromMicros">Start of the first minute, microseconds UTC.</param>
/// <param name="ToMicros">End of the last minute, microseconds UTC.</param>
/// <param name="Minutes">One row for each minute, in order of time.</param>
/// <param name="Unreadable">One sentence for each object that could not be used.</param>
public sealed record MetricSeries(long FromMicros, long ToMicros, IReadOnlyList<MetricView> Minutes, IReadOnlyList<string> Unreadable);
