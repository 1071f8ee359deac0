using Ingester.Core.Telemetry;
using Ingester.Deriving.Objects;
using Microsoft.Extensions.Logging;

namespace Ingester.Postgres.Loading;

/// <summary>What can happen while objects are loaded: logs and counts it.</summary>
internal sealed partial class LoadEvents(IngesterMeter meter, ILogger<LoadEvents> log)
{
    /// <summary>A transaction is committed.</summary>
    public void Loaded(DerivedDataset dataset, string exchange, long objects, long rows)
    {
        meter.PostgresObjects.Add(objects, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag(dataset.Name()), IngesterMeter.OutcomeTag("loaded"));
        meter.PostgresRows.Add(rows, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag(dataset.Name()));
        LogLoaded(log, exchange, dataset.Name(), objects, rows);
    }

    /// <summary>Another process loaded an object first.</summary>
    public void LoadedByOther(DerivedDataset dataset, string exchange) =>
        meter.PostgresObjects.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag(dataset.Name()), IngesterMeter.OutcomeTag("duplicate"));

    /// <summary>An object is not readable, and is left out.</summary>
    public void Unreadable(DerivedDataset dataset, string exchange, string sentence)
    {
        meter.PostgresObjects.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag(dataset.Name()), IngesterMeter.OutcomeTag("unreadable"));
        LogUnreadable(log, sentence);
    }

    /// <summary>An attempt failed and is repeated.</summary>
    public void Failed(Exception error)
    {
        meter.PostgresFailed.Add(1);
        LogFailed(log, error.Message);
    }

    [LoggerMessage(LogLevel.Debug, "Loaded {Exchange} {Dataset}: {Objects} objects with {Rows} rows.")]
    private static partial void LogLoaded(ILogger log, string exchange, string dataset, long objects, long rows);

    [LoggerMessage(LogLevel.Error, "An object is left out: {Sentence}")]
    private static partial void LogUnreadable(ILogger log, string sentence);

    [LoggerMessage(LogLevel.Error, "Loading failed and is repeated: {Reason}")]
    private static partial void LogFailed(ILogger log, string reason);
}
