using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;

namespace Ingester.Importing;

/// <summary>
/// Reports that an import waits for the store: after some seconds, when the reason changes, and at intervals while it stays the same.
/// </summary>
internal sealed class StoreWaitReporter(TimeProvider clock)
{
    private static readonly TimeSpan FirstReportDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(30);

    private long? began;
    private long? lastReported;
    private string lastCode = "";

    /// <summary>Updates the state; returns a message, or null for none.</summary>
    public string? Update(BacklogState backlog, StoreHealth health)
    {
        began ??= clock.GetTimestamp();
        var waited = clock.GetElapsedTime(began.Value);
        var now = health.Failure?.Code ?? "";
        if (lastReported is { } last ? (now.Length == 0 || now == lastCode) && clock.GetElapsedTime(last) < RepeatInterval : waited < FirstReportDelay)
            return null;
        (lastReported, lastCode) = (clock.GetTimestamp(), now);
        return $"Waiting for the store for {waited.TotalSeconds:N0} s: {backlog.Objects:N0} objects are not stored yet. {health.Reason ?? "The store accepts objects slowly."}";
    }

    /// <summary>The wait is over.</summary>
    public void Reset() => (began, lastReported, lastCode) = (null, null, "");
}
