namespace Ingester.Recording.Sessions;

/// <summary>
/// Invokes a callback once, when there was no activity for a time limit. <see cref="Session"/> then ends the connection with the fault
/// <c>silent</c>, and a new one is opened after a backoff. Recording activity only reads the clock; the timer compares the times.
/// Pings that find a dead connection sooner: <see cref="Ingester.WebSockets.Frames.KeepAliveMonitor"/>.
/// </summary>
internal sealed class SilenceWatchdog : IDisposable
{
    private readonly TimeProvider clock;
    private readonly TimeSpan limit;
    private readonly Action onSilence;
    private readonly ITimer timer;
    private long lastActivity;

    /// <summary>Starts the watchdog.</summary>
    public SilenceWatchdog(TimeSpan limit, TimeProvider clock, Action onSilence)
    {
        (this.limit, this.clock, this.onSilence) = (limit, clock, onSilence);
        lastActivity = clock.GetTimestamp();
        timer = clock.CreateTimer(static self => ((SilenceWatchdog)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records activity.</summary>
    public void RecordActivity() => Volatile.Write(ref lastActivity, clock.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void OnTimer()
    {
        var remaining = limit - clock.GetElapsedTime(Volatile.Read(ref lastActivity));
        if (remaining <= TimeSpan.Zero)
            onSilence();
        else
            timer.Change(remaining + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }
}
