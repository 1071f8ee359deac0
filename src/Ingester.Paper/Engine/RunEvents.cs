using Ingester.Paper.Alerts;
using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Engine;

/// <summary>What can happen in a run: it is logged, counted, and sent as an alert.</summary>
/// <param name="run">The run.</param>
/// <param name="log">The log.</param>
/// <param name="sender">Sends alerts.</param>
internal sealed partial class RunEvents(string run, ILogger log, AlertSender sender)
{
    /// <summary>The metrics of the run.</summary>
    public Telemetry.PaperMetrics Metrics { get; } = new();

    /// <summary>Reports something that a person should know.</summary>
    /// <param name="micros">Event time, microseconds UTC.</param>
    /// <param name="kind">The kind of the alert.</param>
    /// <param name="text">A sentence.</param>
    public void Raise(long micros, string kind, string text)
    {
        LogAlert(log, kind, text);
        sender.Add(new(run, micros, kind, text));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind}: {Text}")]
    private static partial void LogAlert(ILogger log, string kind, string text);
}
