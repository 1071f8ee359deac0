using System.Numerics;
using Ingester.Core.Books;
using Ingester.Deriving.Numbers;

namespace Ingester.Deriving.Bars;

/// <summary>Exact totals of trades.</summary>
/// <param name="Count">Number of trades.</param>
/// <param name="Volume">Sum of sizes, with <see cref="ExactMath.Scale"/> decimals.</param>
/// <param name="QuoteVolume">Sum of price times size, with <see cref="ExactMath.ProductScale"/> decimals.</param>
internal readonly record struct TradeTotals(long Count, BigInteger Volume, BigInteger QuoteVolume)
{
    /// <summary>The totals with one more trade.</summary>
    public TradeTotals Add(ExactDecimal price, ExactDecimal size) =>
        new(Count + 1, Volume + size.Scaled, QuoteVolume + (BigInteger)price.Scaled * size.Scaled);

    /// <summary>The totals of both.</summary>
    public TradeTotals Add(in TradeTotals other) => new(Count + other.Count, Volume + other.Volume, QuoteVolume + other.QuoteVolume);
}
