using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Dashboard.Markets.Names;

/// <summary>Moments in addresses: ISO 8601 in UTC with microseconds.</summary>
public static class MomentText
{
    private const string Pattern = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>A moment such as <c>2026-11-30T15:00:00.123456Z</c>.</summary>
    /// <param name="micros">Microseconds since 1970 UTC.</param>
    public static string Format(long micros) => Micros.ToDateTime(micros).ToString(Pattern, CultureInfo.InvariantCulture);

    /// <summary>Parses an ISO time, UTC if it has no offset, or a number of microseconds since 1970. Digits below a microsecond are dropped.</summary>
    /// <returns>False for any other text, and for a time before 1970 or after 9999.</returns>
    public static bool TryParse(string? text, out long micros)
    {
        micros = 0;
        if (string.IsNullOrWhiteSpace(text))
            return false;
        if (text.Length > 8 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out micros) && micros <= Micros.Max;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return false;
        micros = Micros.From(time);
        return micros >= 0;
    }
}
