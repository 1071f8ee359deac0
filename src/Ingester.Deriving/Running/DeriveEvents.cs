using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Deriving.Running;

/// <summary>What can happen while the store is followed: logs and counts it.</summary>
internal sealed partial class DeriveEvents(IngesterMeter meter, ILogger<DeriveEvents> log)
{
    /// <summary>A part of the work is done.</summary>
    public void Derived(string exchange, DeriveReport report, TimeSpan lag)
    {
        meter.DeriveObjects.Add(report.Written + report.Hours, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag("stored"));
        meter.DeriveObjects.Add(report.WrittenByOthers, IngesterMeter.ExchangeTag(exchange), IngesterMeter.OutcomeTag("duplicate"));
        if (report.Written + report.Hours > 0)
            LogDerived(log, exchange, report.Written, report.Hours, lag.TotalSeconds);
        foreach (var sentence in report.Unreadable)
            LogUnreadable(log, exchange, sentence);
    }

    /// <summary>An attempt failed and is repeated.</summary>
    public void Failed(string exchange, Exception error)
    {
        meter.DeriveFailed.Add(1, IngesterMeter.ExchangeTag(exchange));
        LogFailed(log, exchange, error.Message);
    }

    /// <summary>An unexpected error ended the work on an exchange, which starts again.</summary>
    public void Restarts(string exchange, Exception error, TimeSpan pause)
    {
        meter.DeriveFailed.Add(1, IngesterMeter.ExchangeTag(exchange));
        LogRestarts(log, error, exchange, pause.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Debug, "Derived {Exchange}: {Minutes} minute objects and {Hours} hour objects, {Lag} s after the end of the last minute.")]
    private static partial void LogDerived(ILogger log, string exchange, long minutes, long hours, double lag);

    [LoggerMessage(LogLevel.Warning, "{Exchange}: {Sentence}")]
    private static partial void LogUnreadable(ILogger log, string exchange, string sentence);

    [LoggerMessage(LogLevel.Error, "Deriving {Exchange} failed and is repeated: {Reason}")]
    private static partial void LogFailed(ILogger log, string exchange, string reason);

    [LoggerMessage(LogLevel.Error, "An unexpected error ended the work on {Exchange}. It starts again in {Pause} s.")]
    private static partial void LogRestarts(ILogger log, Exception error, string exchange, double pause);
}
