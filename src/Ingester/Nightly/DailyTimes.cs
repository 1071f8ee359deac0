namespace Ingester.Nightly;

/// <summary>Times of the day, in UTC, at which something runs.</summary>
/// <param name="times">The times; at least one.</param>
internal sealed class DailyTimes(IReadOnlyList<TimeOnly> times)
{
    /// <summary>The first of the times after a moment.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset moment)
    {
        var today = DateOnly.FromDateTime(moment.UtcDateTime);
        return new[] { today, today.AddDays(1) }.SelectMany(day => times.Select(time => new DateTimeOffset(day.ToDateTime(time), TimeSpan.Zero))).Where(next => next > moment).Min();
    }
}
