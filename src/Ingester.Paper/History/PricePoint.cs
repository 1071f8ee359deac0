namespace Ingester.Paper.History;

/// <summary>The price of a market at the end of one bar.</summary>
/// <param name="EndMicros">End of the bar, microseconds UTC, exclusive.</param>
/// <param name="Price">The median over the exchanges of their last trade prices, in quote units.</param>
/// <param name="Volume">The sum over the exchanges of the traded size, in base units.</param>
internal readonly record struct PricePoint(long EndMicros, decimal Price, decimal Volume);
