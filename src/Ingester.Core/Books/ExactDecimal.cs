using System.Globalization;

namespace Ingester.Core.Books;

/// <summary>
/// A price or size with the digits that the exchange wrote. It compares as a number and prints the same digits; it is never a floating-point number.
/// It holds up to <see cref="MaxDecimals"/> decimals and 18 digits before the point.
/// </summary>
public readonly struct ExactDecimal : IEquatable<ExactDecimal>, IComparable<ExactDecimal>
{
    /// <summary>Maximum number of decimals.</summary>
    public const int MaxDecimals = 20;

    private const int MaxTextLength = 48;

    private static readonly Int128[] Powers = MakePowers();
    private static readonly Int128 Limit = Int128.MaxValue / 10 - 1;

    private readonly Int128 scaled; // the value times 10^20
    private readonly byte decimals;

    private ExactDecimal(Int128 scaled, int decimals) => (this.scaled, this.decimals) = (scaled, (byte)decimals);

    /// <summary>The value times 10^<see cref="MaxDecimals"/>, for exact arithmetic with integers.</summary>
    internal Int128 Scaled => scaled;

    /// <summary>True for zero, with any number of decimals. A size of zero removes a level.</summary>
    public bool IsZero => scaled == 0;

    /// <summary>True when the first is smaller.</summary>
    public static bool operator <(ExactDecimal one, ExactDecimal other) => one.scaled < other.scaled;

    /// <summary>True when the first is larger.</summary>
    public static bool operator >(ExactDecimal one, ExactDecimal other) => one.scaled > other.scaled;

    /// <summary>True when the first is not larger.</summary>
    public static bool operator <=(ExactDecimal one, ExactDecimal other) => one.scaled <= other.scaled;

    /// <summary>True when the first is not smaller.</summary>
    public static bool operator >=(ExactDecimal one, ExactDecimal other) => one.scaled >= other.scaled;

    /// <summary>True when both are the same number, with any number of decimals.</summary>
    public static bool operator ==(ExactDecimal one, ExactDecimal other) => one.scaled == other.scaled;

    /// <summary>True when they are different numbers.</summary>
    public static bool operator !=(ExactDecimal one, ExactDecimal other) => one.scaled != other.scaled;

    /// <summary>
    /// Parses a number such as <c>68123.45</c>, <c>-3</c> or <c>9.2E-7</c>. Returns false for any other text and for a number that does not fit.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExactDecimal number)
    {
        number = default;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        var exponent = 0;
        if (mark >= 0 && (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            || exponent is < -MaxDecimals or > MaxDecimals))
            return false;
        var digits = mark >= 0 ? text[..mark] : text;
        var negative = digits is [(byte)'-', ..];
        if (negative)
            digits = digits[1..];
        if (!TryParseDigits(digits, out var mantissa, out var behind))
            return false;

        var places = behind - exponent;
        if (places < 0)
        {
            if (mantissa > Limit / Powers[-places])
                return false;
            (mantissa, places) = (mantissa * Powers[-places], 0);
        }

        if (places > MaxDecimals || mantissa > Limit / Powers[MaxDecimals - places])
            return false;
        mantissa *= Powers[MaxDecimals - places];
        number = new(negative ? -mantissa : mantissa, places);
        return true;
    }

    /// <summary>Parses a number; throws <see cref="FormatException"/> for any other text.</summary>
    public static ExactDecimal Parse(string text) => TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var number)
        ? number
        : throw new FormatException($"'{text}' is not a decimal number with up to {MaxDecimals} decimals.");

    /// <summary>The sum, with the larger number of decimals of both.</summary>
    public static ExactDecimal operator +(ExactDecimal one, ExactDecimal other) => one.Add(other);

    /// <summary>The difference, with the larger number of decimals of both.</summary>
    public static ExactDecimal operator -(ExactDecimal one, ExactDecimal other) => one.Subtract(other);

    /// <summary>The sum, with the larger number of decimals of both.</summary>
    public ExactDecimal Add(ExactDecimal other) => new(scaled + other.scaled, Math.Max(decimals, other.decimals));

    /// <summary>The difference, with the larger number of decimals of both.</summary>
    public ExactDecimal Subtract(ExactDecimal other) => new(scaled - other.scaled, Math.Max(decimals, other.decimals));

    /// <summary>
    /// Writes the digits without sign, point and leading zeros, with the given number of decimals (null: as the exchange wrote them).
    /// </summary>
    public int WriteDigits(Span<byte> target, int? places)
    {
        var value = Int128.Abs(scaled) / Powers[MaxDecimals - (places ?? decimals)];
        return value == 0 ? 0 : value.TryFormat(target, out var written, provider: CultureInfo.InvariantCulture)
            ? written
            : throw new ArgumentException("The buffer is too small for the digits.", nameof(target));
    }

    /// <inheritdoc/>
    public int CompareTo(ExactDecimal other) => scaled.CompareTo(other.scaled);

    /// <inheritdoc/>
    public bool Equals(ExactDecimal other) => scaled == other.scaled;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ExactDecimal other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => scaled.GetHashCode();

    /// <summary>The digits as the exchange wrote them, without an exponent.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxTextLength];
        Int128.Abs(scaled).TryFormat(text, out var length, $"D{MaxDecimals + 1}", CultureInfo.InvariantCulture);
        var point = length - MaxDecimals;
        var fraction = decimals == 0 ? "" : $".{text.Slice(point, decimals)}";
        return $"{(scaled < 0 ? "-" : "")}{text[..point]}{fraction}";
    }

    private static bool TryParseDigits(ReadOnlySpan<byte> text, out Int128 mantissa, out int behind)
    {
        (mantissa, behind) = (0, 0);
        var (digits, pointed) = (0, false);
        foreach (var letter in text)
        {
            if (letter == (byte)'.' && !pointed && digits > 0)
            {
                pointed = true;
                continue;
            }

            if (letter is < (byte)'0' or > (byte)'9' || mantissa > Limit / 10)
                return false;
            mantissa = mantissa * 10 + (letter - '0');
            digits++;
            behind += pointed ? 1 : 0;
        }

        return digits > 0 && (!pointed || behind > 0);
    }

    private static Int128[] MakePowers()
    {
        var powers = new Int128[MaxDecimals + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
