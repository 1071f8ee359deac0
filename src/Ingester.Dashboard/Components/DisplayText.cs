using System.Globalization;
using Ingester.Core.Time;

namespace Ingester.Dashboard.Components;

/// <summary>Numbers, times and durations as pages show them: invariant culture, UTC.</summary>
public static class DisplayText
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A whole number with thousands separators, such as 1,234.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of three significant digits, such as 0.123, 12.3 and 1,230.</summary>
    public static string Rate(double value) => value switch
    {
        0 => "0",
        < 1 and > -1 => value.ToString("0.###", CultureInfo.InvariantCulture),
        < 100 and > -100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary>A share as percent, such as 12 %.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    /// <summary>A size, such as 1.5 MiB.</summary>
    public static string Bytes(long size)
    {
        double value = size;
        var unit = 0;
        for (; value >= 1024 && unit < ByteUnits.Length - 1; unit++)
            value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {ByteUnits[unit]}");
    }

    /// <summary>A duration in its largest units, such as 340 ms, 12 s, 3 min 5 s, 2 h 10 min, 3 d 4 h.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.Days} d {time.Hours} h"),
    };

    /// <summary>A time as 2026-11-20 10:00:00 UTC without the zone's name.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A time in microseconds since 1970 as 2026-11-20 10:00:00.123456.</summary>
    public static string Time(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>A day as 2026-11-20.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
