namespace Ingester.Recording.Scheduling;

/// <summary>
/// Lets loops wait until the next entry of a queue is due. An entry that is due earlier than the one they wait for wakes them. The
/// queue calls both methods under its lock.
/// </summary>
/// <param name="clock">Measures the time until an entry is due.</param>
internal sealed class DueSignal(TimeProvider clock)
{
    private readonly long origin = clock.GetTimestamp();
    private TaskCompletionSource? waiting; // null while no loop waits
    private TimeSpan wakeAt;

    /// <summary>The present time, on the scale of due times.</summary>
    public TimeSpan Now => clock.GetElapsedTime(origin);

    /// <summary>An entry was added, or is due at another time than before.</summary>
    public void OnDueChanged(TimeSpan due)
    {
        if (due >= wakeAt || Interlocked.Exchange(ref waiting, null) is not { } woken)
            return;
        woken.TrySetResult();
    }

    /// <summary>
    /// Returns a task that ends when an entry is due or the queue should be checked again; it ends with an exception, which the caller
    /// ignores, when the time has passed or <paramref name="stop"/> is canceled.
    /// </summary>
    /// <param name="due">When the first entry is due; null when there is none.</param>
    /// <param name="stop">Ends the wait.</param>
    public Task WaitAsync(TimeSpan? due, CancellationToken stop)
    {
        waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        wakeAt = due ?? TimeSpan.MaxValue;
        var timeout = due is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((at - Now).TotalMilliseconds))) : Timeout.InfiniteTimeSpan;
        return waiting.Task.WaitAsync(timeout, clock, stop);
    }
}
