namespace Ingester.Paper.Report;

/// <summary>A part of a purchase that was sold; the first purchase is sold first.</summary>
/// <param name="Market">Exchange and market.</param>
/// <param name="Micros">Exchange time of the sale, microseconds UTC.</param>
/// <param name="Result">The result after the fees of both sides, in quote units.</param>
/// <param name="IsProven">True if purchase and sale both rest on proven data.</param>
internal sealed record ClosedTrade(string Market, long Micros, decimal Result, bool IsProven);
