namespace Ingester.Recording.Sessions;

/// <summary>Calls once when nothing was heard for the limit. Hearing costs one reading of the clock; the timer only looks.</summary>
internal sealed class SilenceWatchdog : IDisposable
{
    private readonly TimeProvider clock;
    private readonly TimeSpan limit;
    private readonly Action silent;
    private readonly ITimer timer;
    private long last;

    /// <summary>Begins to watch.</summary>
    public SilenceWatchdog(TimeSpan limit, TimeProvider clock, Action silent)
    {
        (this.limit, this.clock, this.silent) = (limit, clock, silent);
        last = clock.GetTimestamp();
        timer = clock.CreateTimer(static self => ((SilenceWatchdog)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something came.</summary>
    public void Heard() => Volatile.Write(ref last, clock.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var left = limit - clock.GetElapsedTime(Volatile.Read(ref last));
        if (left <= TimeSpan.Zero)
            silent();
        else
            timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
