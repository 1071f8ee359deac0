namespace Ingester.Storage.Writing;

/// <summary>Wakes everyone who waits for a change. Whoever takes <see cref="Next"/> before looking misses none.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource next = NewSignal();

    /// <summary>Ends with the next change.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    /// <summary>Something has changed.</summary>
    public void Fire() => Interlocked.Exchange(ref next, NewSignal()).TrySetResult();

    /// <summary>Waits for a change, but no longer than a limit, which is rounded up to what a timer can count.</summary>
    public static async Task WaitAsync(Task change, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        var rounded = limit == Timeout.InfiniteTimeSpan ? limit : TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, limit.TotalMilliseconds)));
        await change.WaitAsync(rounded, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
