using System.Globalization;

namespace Ingester.Client;

/// <summary>A price or a size, exactly as the exchange wrote it.</summary>
/// <param name="Text">The exchange's own digits, such as <c>68123.450</c> or <c>9.2E-7</c>.</param>
public readonly record struct Number(string Text) : IComparable<Number>
{
    private const int DecimalDigits = 28; // every number with so many significant digits fits
    private const int DecimalScale = 28;

    /// <summary>The number as a decimal, exact to the last digit.</summary>
    /// <exception cref="OverflowException">It does not fit into a decimal without rounding.</exception>
    public decimal Value => TryGetValue(out var value) ? value : throw new OverflowException($"'{Text}' does not fit into a decimal without rounding.");

    /// <summary>True when the number is zero. A size of zero removes a level.</summary>
    public bool IsZero => Text is not null && Text.AsSpan(0, Text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var mark ? mark : Text.Length).IndexOfAnyInRange('1', '9') < 0;

    /// <summary>True when the first is smaller.</summary>
    public static bool operator <(Number one, Number other) => one.CompareTo(other) < 0;

    /// <summary>True when the first is larger.</summary>
    public static bool operator >(Number one, Number other) => one.CompareTo(other) > 0;

    /// <summary>True when the first is not larger.</summary>
    public static bool operator <=(Number one, Number other) => one.CompareTo(other) <= 0;

    /// <summary>True when the first is not smaller.</summary>
    public static bool operator >=(Number one, Number other) => one.CompareTo(other) >= 0;

    /// <summary>The number as a decimal; false when it does not fit without rounding.</summary>
    public bool TryGetValue(out decimal value)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return decimal.TryParse(Text, Style, CultureInfo.InvariantCulture, out value) && IsExact();
    }

    /// <summary>Compares the numbers, not their digits: 1.50 and 1.5 are equal here, and different as values of this type.</summary>
    /// <exception cref="OverflowException">One does not fit into a decimal without rounding.</exception>
    public int CompareTo(Number other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";

    /// <summary>A decimal is parsed with rounding: counts whether there was anything to round.</summary>
    private bool IsExact()
    {
        var text = Text.AsSpan().TrimStart('-').TrimStart('+');
        var mark = text.IndexOfAny('e', 'E');
        var exponent = mark < 0 ? 0 : int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var digits = mark < 0 ? text : text[..mark];
        var point = digits.IndexOf('.');
        var fraction = point < 0 ? [] : digits[(point + 1)..].TrimEnd('0');
        var whole = (point < 0 ? digits : digits[..point]).TrimStart('0');
        var significant = fraction.Length > 0 ? whole.Length + (whole.IsEmpty ? fraction.TrimStart('0').Length : fraction.Length) : whole.TrimEnd('0').Length;
        return significant == 0 || (significant <= DecimalDigits && fraction.Length - exponent <= DecimalScale);
    }
}
