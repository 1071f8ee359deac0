namespace Ingester.Deriving.Candles;

/// <summary>The comparison of one candle with the bar of the same span.</summary>
/// <param name="Series">The series.</param>
/// <param name="StartMicros">Start of the span, microseconds UTC.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Cause">Why they differ.</param>
/// <param name="Differences">The fields that differ, with both values, such as <c>volume 5.1 (bar 5.0)</c>.</param>
/// <param name="Explanation">Why they differ, one sentence; null when they are equal.</param>
internal sealed record CandleComparison(
    CandleSeries Series, long StartMicros, CandleVerdict Verdict, CandleCause Cause, IReadOnlyList<string> Differences, string? Explanation);
