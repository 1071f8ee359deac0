namespace Ingester.Core.Json;

/// <summary>
/// Writes a whole number of small units as a decimal number: <c>329915000</c> units of 0.0001 are <c>32991.5000</c>. Only the point, and zeros before the first digit, are
/// added.
/// </summary>
internal static class ScaledNumber
{
    /// <summary>Number of characters of the result.</summary>
    /// <param name="digits">The digits of the number, without a sign.</param>
    /// <param name="scale">Number of decimal places of a unit; zero leaves the digits as they are.</param>
    public static int LengthOf(ReadOnlySpan<byte> digits, int scale) => scale == 0 ? digits.Length : Math.Max(digits.Length, scale + 1) + 1;

    /// <summary>Writes the result to the beginning of a buffer.</summary>
    /// <param name="digits">The digits of the number, without a sign.</param>
    /// <param name="scale">Number of decimal places of a unit.</param>
    /// <param name="target">The buffer, of at least <see cref="LengthOf"/> bytes.</param>
    public static void Write(ReadOnlySpan<byte> digits, int scale, Span<byte> target)
    {
        if (scale == 0)
        {
            digits.CopyTo(target);
            return;
        }

        var whole = digits[..Math.Max(digits.Length - scale, 0)];
        var point = Math.Max(whole.Length, 1);
        target[0] = (byte)'0';
        whole.CopyTo(target);
        target[point] = (byte)'.';
        var fraction = digits[whole.Length..];
        var decimals = target.Slice(point + 1, scale);
        decimals[..^fraction.Length].Fill((byte)'0');
        fraction.CopyTo(decimals[^fraction.Length..]);
    }

    /// <summary>The result as text, for values that are read rarely.</summary>
    public static string ToText(ReadOnlySpan<byte> digits, int scale)
    {
        var text = new byte[LengthOf(digits, scale)];
        Write(digits, scale, text);
        return System.Text.Encoding.ASCII.GetString(text);
    }
}
