namespace Ingester.Status;

/// <summary>
/// Logs the state of <c>/ready</c> for operators without access to it: not ready after a delay, then at intervals, and ready again.
/// </summary>
internal sealed partial class ReadinessLog(ILogger log, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(5);

    private long? since;
    private long? said;
    private bool ready;

    /// <summary>Updates the state; <paramref name="reason"/> is null when the recorder is ready.</summary>
    public void Look(string? reason)
    {
        if (reason is null)
        {
            if (!ready)
                LogReady(log);
            (ready, since, said) = (true, null, null);
            return;
        }

        since ??= clock.GetTimestamp();
        if (said is { } last ? clock.GetElapsedTime(last) < Reminder : clock.GetElapsedTime(since.Value) < Patience)
            return;
        LogNotReady(log, reason);
        (ready, said) = (false, clock.GetTimestamp());
    }

    [LoggerMessage(LogLevel.Warning, "Not ready: {Reason}")]
    private static partial void LogNotReady(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "Ready: everything configured is recorded.")]
    private static partial void LogReady(ILogger log);
}
