using System.Globalization;

namespace Ingester.Deriving.Candles;

/// <summary>The names of candle lengths, as in keys and on the command line: <c>1m</c>, <c>4h</c>, <c>1d</c>.</summary>
internal static class CandleIntervals
{
    private const int MinutesPerHour = 60;
    private const int MinutesPerDay = 1440;

    /// <summary>The name of a length of whole minutes.</summary>
    public static string NameOf(TimeSpan length) => (long)length.TotalMinutes switch
    {
        var minutes when minutes % MinutesPerDay == 0 => string.Create(CultureInfo.InvariantCulture, $"{minutes / MinutesPerDay}d"),
        var minutes when minutes % MinutesPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{minutes / MinutesPerHour}h"),
        var minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes}m"),
    };

    /// <summary>Parses a name; null for any other text and for lengths that do not divide a day, because an object holds candles of one day.</summary>
    public static TimeSpan? Parse(string name)
    {
        if (name.Length < 2 || !int.TryParse(name.AsSpan(0, name.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return null;
        var minutes = name[^1] switch
        {
            'm' => count,
            'h' => count * (long)MinutesPerHour,
            'd' => count * (long)MinutesPerDay,
            _ => 0,
        };
        return minutes > 0 && minutes <= MinutesPerDay && MinutesPerDay % minutes == 0 ? TimeSpan.FromMinutes(minutes) : null;
    }
}
