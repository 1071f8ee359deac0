using Ingester.Core.Time;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>Cuts the day of an exchange into blocks of hours. The verdict on a window does not depend on the cut.</summary>
internal static class BlockPlan
{
    /// <summary>Number of hours in a day.</summary>
    public const int HoursPerDay = 24;

    /// <summary>
    /// Maximum number of streams times hours of one audit. An audit holds a line for each replica, stream and minute in memory: with two replicas and
    /// windows of one minute, about 300 MiB at this size.
    /// </summary>
    private const int MaxStreamHours = 12_000;

    /// <summary>Maximum length of a block of the day in progress: gaps in it may be closed at any time, and then it is audited again.</summary>
    private const int MaxOpenHours = 6;

    private const long HourMicros = 60 * Window.MicrosPerMinute;

    /// <summary>Windows that ended less than this ago may not be stored yet. The same delay as that of <c>ingester audit --last</c>.</summary>
    private static readonly TimeSpan UploadDelay = TimeSpan.FromMinutes(5);

    private static readonly int[] Lengths = [24, 12, 8, 6, 4, 3, 2, 1];

    /// <summary>The end of the time that can be judged, at a full minute.</summary>
    public static long JudgedUntil(DateTimeOffset now) => Window.Containing(Micros.From(now - UploadDelay), 1).StartMicros;

    /// <summary>The first microsecond of a day.</summary>
    public static long StartOf(DateOnly day) => Micros.From(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    /// <summary>The blocks of a day up to now, in order.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="streams">Number of its streams.</param>
    /// <param name="day">The day.</param>
    /// <param name="now">The current time.</param>
    public static IReadOnlyList<BlockKey> Cut(string exchange, int streams, DateOnly day, DateTimeOffset now)
    {
        var (start, judged) = (StartOf(day), JudgedUntil(now));
        var isClosed = judged >= start + HoursPerDay * HourMicros;
        var longest = Array.Find(Lengths, length => length == 1 || (long)streams * length <= MaxStreamHours);
        if (!isClosed)
            longest = Math.Min(longest, MaxOpenHours);
        var blocks = new List<BlockKey>();
        for (var hour = 0; hour < HoursPerDay && start + hour * HourMicros < judged; hour += blocks[^1].Hours)
            blocks.Add(new(exchange, start + hour * HourMicros, start + (hour + longest) * HourMicros <= judged ? longest : 1));
        return blocks;
    }
}
