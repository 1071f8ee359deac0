namespace Ingester.Storage.Writing;

/// <summary>
/// Wakes all waiters when something changes. A waiter that reads <see cref="NextChange"/> before it checks its condition misses no change.
/// </summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource next = NewSignal();

    /// <summary>Completes at the next change.</summary>
    public Task NextChange => Volatile.Read(ref next).Task;

    /// <summary>Signals a change.</summary>
    public void Notify() => Interlocked.Exchange(ref next, NewSignal()).TrySetResult();

    /// <summary>Waits for a change, at most for the given time. The limit is rounded up to the resolution of a timer.</summary>
    public static async Task WaitAsync(Task change, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        var rounded = limit == Timeout.InfiniteTimeSpan ? limit : TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, limit.TotalMilliseconds)));
        await change.WaitAsync(rounded, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
