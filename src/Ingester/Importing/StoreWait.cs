using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;

namespace Ingester.Importing;

/// <summary>
/// Reports that an import waits for the store: after some seconds, when the reason changes, and at intervals while it stays the same.
/// </summary>
internal sealed class StoreWait(TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(30);

    private long? began;
    private long? said;
    private string code = "";

    /// <summary>Updates the state; returns a message, or null for none.</summary>
    public string? Look(BacklogState backlog, StoreHealth health)
    {
        began ??= clock.GetTimestamp();
        var waited = clock.GetElapsedTime(began.Value);
        var now = health.Failure?.Code ?? "";
        if (said is { } last ? (now.Length == 0 || now == code) && clock.GetElapsedTime(last) < Reminder : waited < Patience)
            return null;
        (said, code) = (clock.GetTimestamp(), now);
        return $"Waiting for the store for {waited.TotalSeconds:N0} s: {backlog.Objects:N0} objects are not stored yet. {health.Reason ?? "The store accepts objects slowly."}";
    }

    /// <summary>The wait is over.</summary>
    public void Over() => (began, said, code) = (null, null, "");
}
