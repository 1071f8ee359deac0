using System.Numerics;
using Ingester.Core.Books;
using Ingester.Deriving.Numbers;

namespace Ingester.Deriving.Books;

/// <summary>The best prices of a known book, and what follows from them.</summary>
/// <param name="Bid">The best bid.</param>
/// <param name="Ask">The best ask.</param>
internal readonly record struct BookPrices(BookLevel Bid, BookLevel Ask)
{
    /// <summary>Decimals of <see cref="Mid"/>: half of a price has one more.</summary>
    public const int MidScale = ExactMath.Scale + 1;

    private const int BasisPoints = 10_000;

    /// <summary>The mean of both prices, with <see cref="MidScale"/> decimals.</summary>
    public BigInteger Mid => Sum * 5;

    /// <summary>Ask minus bid, with <see cref="ExactMath.Scale"/> decimals.</summary>
    public BigInteger Spread => (BigInteger)Ask.Price.Scaled - Bid.Price.Scaled;

    /// <summary>
    /// The price weighted by the sizes of the other side, (ask · bid size + bid · ask size) / (bid size + ask size), with <see cref="ExactMath.QuotientScale"/>
    /// decimals.
    /// </summary>
    public BigInteger Microprice => ExactMath.Divide(
        (BigInteger)Ask.Price.Scaled * Bid.Size.Scaled + (BigInteger)Bid.Price.Scaled * Ask.Size.Scaled, ExactMath.ProductScale,
        (BigInteger)Bid.Size.Scaled + Ask.Size.Scaled, ExactMath.Scale);

    private BigInteger Sum => (BigInteger)Bid.Price.Scaled + Ask.Price.Scaled;

    /// <summary>A difference in basis points of a mid price, with <see cref="ExactMath.QuotientScale"/> decimals; null when mid is not positive.</summary>
    public static BigInteger? InBasisPoints(BigInteger difference, int scale, BigInteger mid, int midScale) =>
        mid.Sign <= 0 ? null : ExactMath.Divide(difference * BasisPoints, scale, mid, midScale);

    /// <summary>The lowest price of a band of bids: the smallest number with <see cref="ExactMath.Scale"/> decimals that is at least mid · (1 − distance). Mid must be positive.</summary>
    public Int128 BidEdge(int basisPoints) => (Int128)((Sum * (BasisPoints - basisPoints) + 2 * BasisPoints - 1) / (2 * BasisPoints));

    /// <summary>The highest price of a band of asks: the largest number with <see cref="ExactMath.Scale"/> decimals that is at most mid · (1 + distance). Mid must be positive.</summary>
    public Int128 AskEdge(int basisPoints) => (Int128)(Sum * (BasisPoints + basisPoints) / (2 * BasisPoints));
}
