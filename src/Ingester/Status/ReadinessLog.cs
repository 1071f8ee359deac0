namespace Ingester.Status;

/// <summary>Says in the log what <c>/ready</c> says, for those who cannot reach it: when something has been missing for a while, now and then as long as it is, and when all is well.</summary>
internal sealed partial class ReadinessLog(ILogger log, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(5);

    private long? since;
    private long? said;
    private bool ready;

    /// <summary>Takes why the recorder does not record what it was asked to; null when it does.</summary>
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

    [LoggerMessage(LogLevel.Information, "Ready: everything that was asked for is recorded.")]
    private static partial void LogReady(ILogger log);
}
