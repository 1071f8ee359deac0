namespace Ingester.Status;

/// <summary>
/// Logs the state of <c>/ready</c> for operators without access to it: not ready after a delay, then at intervals, and ready again.
/// </summary>
internal sealed partial class ReadinessLog(ILogger<ReadinessLog> log, TimeProvider clock)
{
    private static readonly TimeSpan FirstLogDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(5);

    private long? notReadySince;
    private long? lastLogged;
    private bool isReady;

    /// <summary>Updates the state; <paramref name="reason"/> is null when the recorder is ready.</summary>
    public void Update(string? reason)
    {
        if (reason is null)
        {
            if (!isReady)
                LogReady(log);
            (isReady, notReadySince, lastLogged) = (true, null, null);
            return;
        }

        notReadySince ??= clock.GetTimestamp();
        if (lastLogged is { } last ? clock.GetElapsedTime(last) < RepeatInterval : clock.GetElapsedTime(notReadySince.Value) < FirstLogDelay)
            return;
        LogNotReady(log, reason);
        (isReady, lastLogged) = (false, clock.GetTimestamp());
    }

    [LoggerMessage(LogLevel.Warning, "Not ready: {Reason}")]
    private static partial void LogNotReady(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "Ready: everything configured is recorded.")]
    private static partial void LogReady(ILogger log);
}
