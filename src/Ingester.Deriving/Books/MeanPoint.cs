using System.Numerics;

namespace Ingester.Deriving.Books;

/// <summary>The integral of a value from the start of the minute to a tick.</summary>
/// <param name="Integral">Value times microseconds.</param>
/// <param name="UnknownMicros">Time in which the value was not known, microseconds.</param>
internal readonly record struct MeanPoint(BigInteger Integral, long UnknownMicros)
{
    /// <summary>The integral over the span since an earlier tick; null when the value was not known at all times of the span.</summary>
    public BigInteger? Since(MeanPoint earlier) => UnknownMicros == earlier.UnknownMicros ? Integral - earlier.Integral : null;
}
