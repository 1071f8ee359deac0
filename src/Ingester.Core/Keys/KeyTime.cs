using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Core.Keys;

/// <summary>Parses the time in a key: <c>year=…/month=…/day=…/HHmm</c>.</summary>
internal static class KeyTime
{
    /// <summary>The minute in microseconds UTC; null if the texts are not a valid time.</summary>
    public static long? ParseMinute(ReadOnlySpan<string> day, string minute) => DateTime.TryParseExact(
        $"{day[0]}/{day[1]}/{day[2]}/{minute}", "'year='yyyy'/month='MM'/day='dd'/'HHmm", CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? Micros.From(time)
        : null;
}
