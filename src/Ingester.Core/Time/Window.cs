namespace Ingester.Core.Time;

/// <summary>A fixed span of exchange time, aligned in UTC.</summary>
/// <param name="StartMicros">The first microsecond, since 1970 UTC.</param>
/// <param name="Minutes">Length in minutes, a divisor of 60.</param>
public readonly record struct Window(long StartMicros, int Minutes)
{
    /// <summary>One minute in microseconds.</summary>
    public const long MicrosPerMinute = 60_000_000;

    /// <summary>The first microsecond after the window.</summary>
    public long EndMicros => StartMicros + Minutes * MicrosPerMinute;

    /// <summary>The window that contains a timestamp.</summary>
    public static Window Containing(long micros, int minutes)
    {
        var length = minutes * MicrosPerMinute;
        var start = micros / length * length;
        return new(micros < start ? start - length : start, minutes);
    }

    /// <summary>The start as a UTC time.</summary>
    public DateTime Start => Micros.ToDateTime(StartMicros);

    /// <inheritdoc/>
    public override string ToString() => $"{Start:yyyy-MM-dd HH:mm}+{Minutes}m";
}

/// <summary>Microseconds since 1970 UTC, the unit of every timestamp.</summary>
public static class Micros
{
    /// <summary>The last timestamp that a key can represent: 9999-12-31T23:59:59.999999Z.</summary>
    public const long Max = 253_402_300_799_999_999;

    /// <summary>The current local time.</summary>
    public static long Now(TimeProvider clock) => From(clock.GetUtcNow());

    /// <summary>Converts a UTC time to microseconds since 1970.</summary>
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts a time span to microseconds.</summary>
    public static long From(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Converts a timestamp to a UTC time.</summary>
    public static DateTime ToDateTime(long micros) => DateTime.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
