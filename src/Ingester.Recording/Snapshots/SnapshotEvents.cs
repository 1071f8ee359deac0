using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Snapshots;

/// <summary>Events of fetched snapshots; each method logs and counts one event.</summary>
internal sealed partial class SnapshotEvents(IngesterMeter meter, ILogger<SnapshotEvents> log)
{
    /// <summary>A snapshot was fetched.</summary>
    public void SnapshotFetched(string exchange, SnapshotFit fit) => meter.SnapshotsFetched.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag(fit switch
    {
        SnapshotFit.Joinable => "stored",
        SnapshotFit.Ahead => "waiting",
        _ => "old",
    }));

    /// <summary>A snapshot could not be fetched; diffs are recorded meanwhile.</summary>
    public void SnapshotFailed(string exchange, string market, string reason)
    {
        meter.SnapshotsFetched.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag("failed"));
        LogSnapshotFailed(exchange, market, reason);
    }

    [LoggerMessage(LogLevel.Warning, "{Exchange}: the snapshot of {Market} could not be fetched and will be retried: {Reason}")]
    private partial void LogSnapshotFailed(string exchange, string market, string reason);
}
