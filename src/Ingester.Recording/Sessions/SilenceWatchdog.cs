namespace Ingester.Recording.Sessions;

/// <summary>
/// Invokes a callback once when there was no activity for the limit. Recording activity costs one clock reading; only the timer
/// compares.
/// </summary>
internal sealed class SilenceWatchdog : IDisposable
{
    private readonly TimeProvider clock;
    private readonly TimeSpan limit;
    private readonly Action silent;
    private readonly ITimer timer;
    private long last;

    /// <summary>Starts the watchdog.</summary>
    public SilenceWatchdog(TimeSpan limit, TimeProvider clock, Action silent)
    {
        (this.limit, this.clock, this.silent) = (limit, clock, silent);
        last = clock.GetTimestamp();
        timer = clock.CreateTimer(static self => ((SilenceWatchdog)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records activity.</summary>
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
