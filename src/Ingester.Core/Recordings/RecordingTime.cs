using System.Buffers.Text;
using System.Globalization;

namespace Ingester.Core.Recordings;

/// <summary>The times of recordings: seconds since 1970 UTC with a fraction.</summary>
internal static class RecordingTime
{
    private const long MicrosPerSecond = 1_000_000;
    private const int MaxFractionDigits = 6;
    private const long MaxSeconds = 253_402_300_799; // the year 9999

    /// <summary>Parses <c>seconds.fraction</c> as microseconds; null when the text is not such a number (samples have a label there).</summary>
    public static long? Parse(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        if (!Utf8Parser.TryParse(whole, out long seconds, out var read) || read != whole.Length || seconds is < 0 or > MaxSeconds)
            return null;
        long micros = 0;
        var fraction = point < 0 ? [] : text[(point + 1)..];
        for (var i = 0; i < MaxFractionDigits; i++)
        {
            var digit = i < fraction.Length ? fraction[i] - '0' : 0;
            if (digit is < 0 or > 9)
                return null;
            micros = micros * 10 + digit;
        }

        return seconds * MicrosPerSecond + micros;
    }

    /// <summary>The text of a time in microseconds: seconds with six decimals.</summary>
    public static string Format(long micros) => string.Create(CultureInfo.InvariantCulture, $"{micros / MicrosPerSecond}.{micros % MicrosPerSecond:D6}");
}
