namespace Ingester.Core.Json;

/// <summary>Parses RFC 3339 times in UTC without allocation.</summary>
internal static class UtcTime
{
    private const int SecondsLength = 19; // 2021-04-17T16:43:30
    private const int FractionDigits = 6;

    /// <summary>Parses <c>2021-04-17T16:43:30[.digits]Z</c> from 1970 on into microseconds; digits beyond six are truncated.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        if (text.Length <= SecondsLength || text[^1] != 'Z'
            || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
            return false;
        if (!TryParseNumber(text[..4], out var year) || !TryParseNumber(text[5..7], out var month) || !TryParseNumber(text[8..10], out var day)
            || !TryParseNumber(text[11..13], out var hour) || !TryParseNumber(text[14..16], out var minute) || !TryParseNumber(text[17..19], out var second)
            || !TryParseFraction(text[SecondsLength..^1], out var fraction))
            return false;
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        var time = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc);
        micros = (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond + fraction;
        return true;
    }

    private static bool TryParseFraction(ReadOnlySpan<byte> text, out int micros)
    {
        micros = 0;
        if (text.IsEmpty)
            return true;
        if (text is not [(byte)'.', _, ..])
            return false;
        for (var index = 1; index < Math.Max(text.Length, FractionDigits + 1); index++)
        {
            var digit = index < text.Length ? text[index] - '0' : 0;
            if (digit is < 0 or > 9)
                return false;
            if (index <= FractionDigits)
                micros = micros * 10 + digit;
        }

        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            number = number * 10 + digit - '0';
        }

        return true;
    }
}
