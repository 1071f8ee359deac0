using System.Globalization;

namespace Ingester.Publishing.Witnesses;

/// <summary>Times of published files. Their unit follows from the number of digits, because exchanges have changed it (Binance spot: microseconds since 2025).</summary>
internal static class ArchiveTime
{
    private const int SecondDigits = 11; // until the year 5138

    /// <summary>Parses a time; microseconds since 1970 UTC.</summary>
    /// <exception cref="FormatException">The text is not a time.</exception>
    public static long Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return text.Length switch
            {
                <= SecondDigits => whole * 1_000_000,
                <= SecondDigits + 3 => whole * 1_000,
                <= SecondDigits + 6 => whole,
                _ => whole / 1_000,
            };
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 100_000_000_000m * 1000
            ? (long)Math.Round(number < 100_000_000_000m ? number * 1_000_000 : number * 1_000, MidpointRounding.ToZero)
            : throw new FormatException($"'{text}' is not a time");
    }
}
