using System.Numerics;
using Ingester.Core.Books;
using Ingester.Deriving.Numbers;

namespace Ingester.Deriving.Books;

/// <summary>What a market order of a notional would have cost: its mean price, walked through one side of a book.</summary>
internal static class MarketOrderCost
{
    /// <summary>Computes the mean price of each notional, with <see cref="ExactMath.QuotientScale"/> decimals.</summary>
    /// <param name="side">The side that the order takes: asks for a buy.</param>
    /// <param name="notionals">The notionals in quote units, ascending.</param>
    /// <param name="prices">The mean prices; null where the known levels do not suffice.</param>
    /// <returns>True when the missing levels are beyond the depth to which the side is known; false when the side has no more levels.</returns>
    public static bool Measure(BookSide side, IReadOnlyList<long> notionals, BigInteger?[] prices)
    {
        Array.Clear(prices);
        var (size, cost, index) = (BigInteger.Zero, BigInteger.Zero, 0);
        for (var rank = 0; rank < side.Count && index < notionals.Count; rank++)
        {
            var level = side[rank];
            if (!side.IsKnown(level.Price) || level.Price.Scaled <= 0)
                break;
            var (price, levelCost) = ((BigInteger)level.Price.Scaled, (BigInteger)level.Price.Scaled * level.Size.Scaled);
            for (; index < notionals.Count && notionals[index] * ExactMath.PowerOfTen(ExactMath.ProductScale) is var notional && cost + levelCost >= notional; index++)
                prices[index] = MeanPrice(notional, size, notional - cost, price);
            (size, cost) = (size + level.Size.Scaled, cost + levelCost);
        }

        return index < notionals.Count && side.Horizon is not null;
    }

    /// <summary>Notional divided by (size + rest / price), without rounding before the last step.</summary>
    private static BigInteger MeanPrice(BigInteger notional, BigInteger size, BigInteger rest, BigInteger price) =>
        ExactMath.Divide(notional * price, ExactMath.ProductScale + ExactMath.Scale, size * price + rest, ExactMath.ProductScale);
}
