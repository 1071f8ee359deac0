namespace Ingester.Integration.Tests.Publishing.DataExchange;

/// <summary>A clock on which every wait is over at once; it then shows the time of its end.</summary>
internal sealed class InstantClock(DateTimeOffset start) : TimeProvider
{
    private long elapsed;

    public TimeSpan Waited => new(Interlocked.Read(ref elapsed));

    public override DateTimeOffset GetUtcNow() => start + Waited;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= TimeSpan.Zero)
            return System.CreateTimer(callback, state, dueTime, period);
        Interlocked.Add(ref elapsed, dueTime.Ticks);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
