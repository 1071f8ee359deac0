using Ingester.Core.Telemetry;

namespace Ingester.Telemetry.Series;

/// <summary>Logs and counts the delivery of metrics. Of consecutive failures only the first is logged.</summary>
internal sealed partial class TelemetryEvents(IngesterMeter meter, ILogger<TelemetryEvents> log)
{
    private bool failing;

    /// <summary>A request was rejected or not answered; its data stays queued.</summary>
    public void DeliveryFailed(string reason)
    {
        if (!failing)
            LogFailed(log, reason);
        failing = true;
    }

    /// <summary>A request was accepted.</summary>
    public void DeliverySucceeded()
    {
        if (failing)
            LogDelivered(log);
        failing = false;
    }

    /// <summary>Data was queued for too long and is dropped.</summary>
    public void DataDropped(int data) => meter.TelemetryLost.Add(data);

    [LoggerMessage(LogLevel.Error, "Metrics cannot be delivered, so alarms receive no data. Recording continues. {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "Metrics are delivered again.")]
    private static partial void LogDelivered(ILogger log);
}
