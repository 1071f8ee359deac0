namespace Ingester.Catalog;

/// <summary>The candles that an exchange serves over REST.</summary>
/// <param name="IntervalMinutes">The lengths of candles, in minutes.</param>
/// <param name="PageSize">Maximum number of candles per request.</param>
internal sealed record CandleSummary(IReadOnlyList<double> IntervalMinutes, int PageSize);
