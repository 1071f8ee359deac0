using System.Numerics;
using Ingester.Core.Books;

namespace Ingester.Deriving.Books;

/// <summary>Cumulative sizes within distances from mid.</summary>
internal static class DepthBands
{
    /// <summary>A partial sum above this value is moved to the total: one more size cannot overflow it.</summary>
    private static readonly Int128 MaxPartialSum = Int128.MaxValue / 4;

    /// <summary>Sums the sizes of one side.</summary>
    /// <param name="side">The side.</param>
    /// <param name="isBid">True for bids.</param>
    /// <param name="prices">The best prices; mid must be positive.</param>
    /// <param name="basisPoints">The distances, ascending.</param>
    /// <param name="depths">The sums with 20 decimals; null for a band that reaches beyond the depth to which the side is known.</param>
    public static void Measure(BookSide side, bool isBid, in BookPrices prices, IReadOnlyList<int> basisPoints, BigInteger?[] depths)
    {
        var (total, part, rank) = (BigInteger.Zero, Int128.Zero, 0);
        for (var band = 0; band < basisPoints.Count; band++)
        {
            var edge = isBid ? prices.BidEdge(basisPoints[band]) : prices.AskEdge(basisPoints[band]);
            if (side.Horizon is { } horizon && (isBid ? edge < horizon.Scaled : edge > horizon.Scaled))
            {
                depths.AsSpan(band).Clear();
                return;
            }

            for (; rank < side.Count && side[rank] is var level && (isBid ? level.Price.Scaled >= edge : level.Price.Scaled <= edge); rank++)
            {
                part += level.Size.Scaled;
                if (part > MaxPartialSum)
                    (total, part) = (total + part, Int128.Zero);
            }

            depths[band] = total + part;
        }
    }
}
