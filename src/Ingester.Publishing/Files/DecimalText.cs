using System.Globalization;

namespace Ingester.Publishing.Files;

/// <summary>Decimal numbers as text, with the digits of the exchange.</summary>
internal static class DecimalText
{
    /// <summary>Number of decimal places of a <c>decimal(38,18)</c>.</summary>
    public const int Scale = 18;

    /// <summary>Number of digits of a <c>decimal(38,18)</c>.</summary>
    public const int Precision = 38;

    /// <summary>Largest exponent that is written out; a larger one is no price, and its text is kept.</summary>
    private const int MaxExponent = 400;

    private static readonly Int128 Limit = MakeLimit();

    /// <summary>Number of bytes that <see cref="Write"/> needs for a text.</summary>
    public static int MaxLength(ReadOnlySpan<byte> text) => text.Length + (HasExponent(text) ? MaxExponent + 2 : 0);

    /// <summary>Copies a number to a buffer, with its exponent written out, and returns the length: <c>9.2E-7</c> becomes <c>0.00000092</c>.</summary>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (!HasExponent(text) || !TrySplit(text, out var isNegative, out var mantissa, out var point, out var exponent))
        {
            text.CopyTo(target);
            return text.Length;
        }

        var at = 0;
        if (isNegative)
            target[at++] = (byte)'-';
        Span<byte> digits = stackalloc byte[mantissa.Length];
        var count = 0;
        foreach (var letter in mantissa)
            if (letter != (byte)'.')
                digits[count++] = letter;
        var whole = point + exponent; // number of digits before the point
        for (var i = 0; i < whole; i++)
            if (i < count ? digits[i] != (byte)'0' || at > (isNegative ? 1 : 0) || i == whole - 1 : true)
                target[at++] = i < count ? digits[i] : (byte)'0';
        if (whole <= 0)
            target[at++] = (byte)'0';
        if (whole >= count)
            return at;
        target[at++] = (byte)'.';
        for (var i = whole; i < 0; i++)
            target[at++] = (byte)'0';
        for (var i = Math.Max(whole, 0); i < count; i++)
            target[at++] = digits[i];
        return at;
    }

    /// <summary>Parses a number as multiples of 10^-18; false if it is no decimal number or does not fit into <c>decimal(38,18)</c> exactly.</summary>
    public static bool TryScale(ReadOnlySpan<byte> text, out Int128 scaled)
    {
        scaled = 0;
        if (!TrySplit(text, out var isNegative, out var mantissa, out var point, out var exponent))
            return false;
        if (point < mantissa.Length)
            mantissa = mantissa.TrimEnd((byte)'0'); // zeros at the end of a fraction need no room
        var (small, smallDigits) = (0UL, 0); // a part of up to 18 digits at a time, in one word
        var (value, places) = ((Int128)0, 0);
        for (var i = 0; i < mantissa.Length; i++)
        {
            if (mantissa[i] == (byte)'.')
                continue;
            small = small * 10 + (ulong)(mantissa[i] - '0');
            places += i > point ? 1 : 0;
            if (++smallDigits < Scale)
                continue;
            if (!TryAppend(ref value, small, smallDigits))
                return false;
            (small, smallDigits) = (0, 0);
        }

        if (!TryAppend(ref value, small, smallDigits) || !TryShift(ref value, Scale - places + exponent))
            return false;
        scaled = isNegative ? -value : value;
        return true;
    }

    private static bool HasExponent(ReadOnlySpan<byte> text) => text.IndexOfAny((byte)'e', (byte)'E') >= 0;

    private static bool TryAppend(ref Int128 value, ulong digits, int count) =>
        (value == 0 || TryShift(ref value, count)) && (value += digits) < Limit;

    /// <summary>Multiplies by a power of ten; false if the result does not fit, or digits would be lost.</summary>
    private static bool TryShift(ref Int128 value, int power)
    {
        if (value == 0)
            return true;
        if (power is < -Precision or > Precision)
            return false;
        var factor = PowersOfTen.Get(Math.Abs(power));
        if (power >= 0)
        {
            if (value >= PowersOfTen.Get(Precision - power) && power > 0)
                return false;
            value *= factor;
            return value < Limit;
        }

        var (quotient, rest) = Int128.DivRem(value, factor);
        value = quotient;
        return rest == 0;
    }

    /// <summary>Splits a number; <paramref name="point"/> is the number of digits before the point.</summary>
    private static bool TrySplit(ReadOnlySpan<byte> text, out bool isNegative, out ReadOnlySpan<byte> mantissa, out int point, out int exponent)
    {
        exponent = 0;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        isNegative = text is [(byte)'-', ..];
        mantissa = (mark < 0 ? text : text[..mark])[(isNegative ? 1 : 0)..];
        point = mantissa.IndexOf((byte)'.') is >= 0 and var found ? found : mantissa.Length;
        if (mark >= 0 && (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || exponent is < -MaxExponent or > MaxExponent))
            return false;
        var digits = 0;
        for (var i = 0; i < mantissa.Length; i++)
            if (char.IsAsciiDigit((char)mantissa[i]))
                digits++;
            else if (i != point)
                return false;
        return digits > 0 && mantissa.Length <= MaxExponent;
    }

    private static Int128 MakeLimit() => PowersOfTen.Get(Precision);
}
