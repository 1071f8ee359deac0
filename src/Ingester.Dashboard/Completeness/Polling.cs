namespace Ingester.Dashboard.Completeness;

/// <summary>Refreshes a page: each second while something is not read yet, and less often afterwards.</summary>
internal static class Polling
{
    private const int SettledTicks = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Refreshes until the reader leaves the page.</summary>
    /// <param name="refresh">Reads and renders, in the page's own context.</param>
    /// <param name="isSettled">True when everything is read.</param>
    /// <param name="leaving">Cancelled when the reader leaves.</param>
    public static async Task RunAsync(Func<Task> refresh, Func<bool> isSettled, CancellationToken leaving)
    {
        using var timer = new PeriodicTimer(Tick, TimeProvider.System); // real time: a simulated clock may be faster than browsers
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(leaving); tick++)
                if (tick % SettledTicks == 0 || !isSettled())
                    await refresh();
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
        {
            // The reader has left the page.
        }
    }
}
