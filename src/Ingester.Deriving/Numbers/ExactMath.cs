using System.Globalization;
using System.Numerics;
using Ingester.Core.Books;

namespace Ingester.Deriving.Numbers;

/// <summary>
/// Exact arithmetic with decimals as integers of any length and a fixed scale. Sums and products are exact and cannot overflow. Only quotients are rounded.
/// </summary>
internal static class ExactMath
{
    /// <summary>Decimals of prices and sizes: a value is an integer times 10^-20.</summary>
    public const int Scale = ExactDecimal.MaxDecimals;

    /// <summary>Decimals of products of a price and a size.</summary>
    public const int ProductScale = 2 * Scale;

    /// <summary>Decimals of quotients, such as a mean price. The last one is rounded half to even.</summary>
    public const int QuotientScale = 18;

    private static readonly BigInteger[] Powers = [.. Enumerable.Range(0, 4 * Scale + 1).Select(static power => BigInteger.Pow(10, power))];

    /// <summary>A power of ten, up to 10^80.</summary>
    public static BigInteger PowerOfTen(int exponent) => Powers[exponent];

    /// <summary>A quotient with <see cref="QuotientScale"/> decimals.</summary>
    /// <param name="dividend">The dividend.</param>
    /// <param name="dividendScale">Decimals of the dividend.</param>
    /// <param name="divisor">The divisor; not zero.</param>
    /// <param name="divisorScale">Decimals of the divisor.</param>
    public static BigInteger Divide(BigInteger dividend, int dividendScale, BigInteger divisor, int divisorScale)
    {
        var shift = QuotientScale + divisorScale - dividendScale;
        return shift >= 0 ? DivideToEven(dividend * Powers[shift], divisor) : DivideToEven(dividend, divisor * Powers[-shift]);
    }

    /// <summary>An integer quotient, rounded half to even.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static BigInteger DivideToEven(BigInteger dividend, BigInteger divisor)
    {
        if (divisor.Sign < 0)
            (dividend, divisor) = (-dividend, -divisor);
        var quotient = BigInteger.DivRem(dividend, divisor, out var rest);
        var order = (BigInteger.Abs(rest) * 2).CompareTo(divisor);
        return order > 0 || (order == 0 && !quotient.IsEven) ? quotient + (dividend.Sign < 0 ? -1 : 1) : quotient;
    }

    /// <summary>The shortest decimal text of a value: no exponent and no trailing zeros.</summary>
    public static string Format(BigInteger unscaled, int scale)
    {
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var fraction = digits.AsSpan(digits.Length - scale).TrimEnd('0');
        return $"{(unscaled.Sign < 0 ? "-" : "")}{digits.AsSpan(0, digits.Length - scale)}{(fraction.Length > 0 ? "." : "")}{fraction}";
    }

    /// <summary>Parses a decimal text such as <c>-12.5</c> to an integer with a scale.</summary>
    /// <exception cref="FormatException">The text is not a decimal number, or it has more decimals than the scale.</exception>
    public static BigInteger Parse(string text, int scale)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : text.Length - point - 1;
        if (decimals > scale || !BigInteger.TryParse(point < 0 ? text : text.Remove(point, 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw new FormatException($"'{text}' is not a decimal number with up to {scale} decimals.");
        return number * Powers[scale - decimals];
    }
}
