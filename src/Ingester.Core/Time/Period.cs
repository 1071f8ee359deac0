namespace Ingester.Core.Time;

/// <summary>A period of exchange time: from the first microsecond up to, and without, the last.</summary>
/// <param name="From">The first microsecond, UTC.</param>
/// <param name="To">The first microsecond after it.</param>
internal readonly record struct Period(long From, long To)
{
    /// <summary>What lies before 1970 or in the last days of the year 9999 has no keys.</summary>
    private const long Last = Micros.Max - 30 * 24 * 60 * Window.MicrosPerMinute;

    /// <summary>The period between two moments.</summary>
    public static Period Of(DateTimeOffset from, DateTimeOffset to) =>
        new(Math.Clamp(Micros.From(from), 0, Last), Math.Clamp(Micros.From(to), 0, Last));

    /// <summary>The same, wider by a span on both sides.</summary>
    public Period Widen(long span) => new(Math.Max(0, From - span), Math.Min(Micros.Max, To + span));

    /// <summary>The whole UTC hours that it touches.</summary>
    public Period Hours()
    {
        const long Hour = 60 * Window.MicrosPerMinute;
        return new(From / Hour * Hour, (To + Hour - 1) / Hour * Hour);
    }

    /// <summary>The days that it touches, as UTC dates, beginning so much earlier and ending so much later.</summary>
    public IEnumerable<DateTime> Days(long earlier = 0, long later = 0)
    {
        var last = Micros.ToDateTime(Math.Max(From, To - 1) + later).Date;
        for (var day = Micros.ToDateTime(From - earlier).Date; day <= last; day = day.AddDays(1))
            yield return day;
    }

    /// <summary>True when a window has a part in it.</summary>
    public bool Touches(Window window) => window.StartMicros < To && window.EndMicros > From;

    /// <summary>True when a time lies in it.</summary>
    public bool Holds(long micros) => micros >= From && micros < To;
}
