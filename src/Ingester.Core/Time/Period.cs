namespace Ingester.Core.Time;

/// <summary>A period of exchange time; the end is exclusive.</summary>
/// <param name="From">Start, microseconds UTC.</param>
/// <param name="To">End, microseconds UTC, exclusive.</param>
internal readonly record struct Period(long From, long To)
{
    /// <summary>Latest time of a period. Keys exist only from 1970 to shortly before the end of the year 9999.</summary>
    private const long MaxMicros = Micros.Max - 30 * 24 * 60 * Window.MicrosPerMinute;

    /// <summary>Creates the period between two times.</summary>
    public static Period Of(DateTimeOffset from, DateTimeOffset to) =>
        new(Math.Clamp(Micros.From(from), 0, MaxMicros), Math.Clamp(Micros.From(to), 0, MaxMicros));

    /// <summary>The period, extended by a span on both sides.</summary>
    public Period Widen(long span) => new(Math.Max(0, From - span), Math.Min(Micros.Max, To + span));

    /// <summary>The period, extended to whole UTC hours.</summary>
    public Period ToWholeHours()
    {
        const long Hour = 60 * Window.MicrosPerMinute;
        return new(From / Hour * Hour, (To + Hour - 1) / Hour * Hour);
    }

    /// <summary>The UTC dates of the period, extended by a span on each side.</summary>
    public IEnumerable<DateTime> Days(long earlier = 0, long later = 0)
    {
        var last = Micros.ToDateTime(Math.Max(From, To - 1) + later).Date;
        for (var day = Micros.ToDateTime(From - earlier).Date; day <= last; day = day.AddDays(1))
            yield return day;
    }

    /// <summary>True when a window overlaps the period.</summary>
    public bool Overlaps(Window window) => window.StartMicros < To && window.EndMicros > From;

    /// <summary>True when the period contains a time.</summary>
    public bool Contains(long micros) => micros >= From && micros < To;
}
