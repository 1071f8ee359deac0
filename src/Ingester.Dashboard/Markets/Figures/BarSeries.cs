namespace Ingester.Dashboard.Markets.Figures;

/// <summary>The bars before a moment.</summary>
/// <param name="Interval">Their length.</param>
/// <param name="FromMicros">Start of the first one, microseconds UTC.</param>
/// <param name="ToMicros">End of the last one, microseconds UTC.</param>
/// <param name="Bars">One bar for each interval, in order of time.</param>
/// <param name="Unreadable">One sentence for each object that could not be used.</param>
/// <param name="Note">What was not computed and how to get it, as a sentence; null if nothing was left out.</param>
public sealed record BarSeries(BarInterval Interval, long FromMicros, long ToMicros, IReadOnlyList<BarView> Bars, IReadOnlyList<string> Unreadable, string? Note);
