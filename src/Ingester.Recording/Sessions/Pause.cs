namespace Ingester.Recording.Sessions;

/// <summary>Waits by a clock.</summary>
internal static class Pause
{
    /// <summary>
    /// Waits, rounded up to whole milliseconds: timers truncate, and a wait of zero would make the caller's loop spin. Cancellation ends the wait without an
    /// exception.
    /// </summary>
    public static async Task ForAsync(TimeSpan span, TimeProvider clock, CancellationToken stop) =>
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)), clock, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
