using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Dashboard.Completeness;

/// <summary>Times as the pages show them, in UTC.</summary>
internal static class ShownTime
{
    /// <summary>A timestamp with microseconds, such as <c>2026-11-20 10:07:00.000001</c>.</summary>
    public static string Micro(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>A moment to the second, such as <c>2026-11-20 10:07:00</c>.</summary>
    public static string Second(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A minute of a day, such as <c>10:07</c>; the end of the day is <c>24:00</c>.</summary>
    /// <param name="minute">The minute, from 0 to 1,440.</param>
    public static string MinuteOfDay(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary>A day, such as <c>2026-11-20</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A whole number with separators.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
