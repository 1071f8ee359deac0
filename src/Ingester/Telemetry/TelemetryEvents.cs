using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Telemetry;

/// <summary>What can happen to metrics on their way out. Of a streak of failures only the first is logged.</summary>
internal sealed partial class TelemetryEvents(IngesterMeter meter, ILogger<TelemetryEvents> log)
{
    private bool failing;

    /// <summary>A request was refused or not answered; its data wait.</summary>
    public void Failed(string reason)
    {
        if (!failing)
            LogFailed(log, reason);
        failing = true;
    }

    /// <summary>A request was taken.</summary>
    public void Sent()
    {
        if (failing)
            LogDelivered(log);
        failing = false;
    }

    /// <summary>Data waited too long and are dropped.</summary>
    public void Lost(int data) => meter.TelemetryLost.Add(data);

    [LoggerMessage(LogLevel.Error, "Metrics cannot be delivered, so alarms are blind; recording goes on. {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "Metrics are delivered again.")]
    private static partial void LogDelivered(ILogger log);
}
