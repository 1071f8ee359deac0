using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging;

namespace Ingester.Storage.Writing;

/// <summary>The events of requests to the store. Each event is logged and counted here, once.</summary>
internal sealed partial class StoreEvents(ILogger log, IngesterMeter meter)
{
    private readonly Lock gate = new();
    private long failures;
    private string? lastRefusalCode; // code of the last permanent failure since the last success

    /// <summary>An object was uploaded or found to be stored.</summary>
    public void UploadCompleted(ObjectDraft draft, in UploadResult written)
    {
        var tally = draft.Kind == ObjectKind.Segment ? meter.SegmentsStored : meter.ObjectsStored;
        tally.Add(1, IngesterMeter.ExchangeTag(draft.Exchange), IngesterMeter.DatasetTag(draft.Dataset.Name()), IngesterMeter.OutcomeTag(written.Outcome.Name()));
        if (written.Outcome == UploadOutcome.Divergent)
            LogDivergent(log, written.Key, written.Sha256);
        else
            LogAnswered(log, written.Outcome.Name(), written.Key, draft.Metadata.RowCount ?? 0);
    }

    /// <summary>Another replica stored a different history of a window, and no ids prove which one is right.</summary>
    public void WindowDisputed(DisputedWindow window)
    {
        meter.WindowsDisputed.Add(1, IngesterMeter.ExchangeTag(window.Stream.Exchange), IngesterMeter.DatasetTag(window.Stream.Dataset.Name()));
        LogDisputed(log, window.Stream.Text, window.Window, window.VariantKey);
    }

    /// <summary>
    /// A request to the store failed; it will be retried. Of consecutive failures the first is logged, and each permanent failure whose code is new.
    /// </summary>
    /// <param name="failure">The failure.</param>
    /// <param name="isNews">False for the late failure of a request that was sent before the store recovered: it is counted and not logged.</param>
    public void AttemptFailed(StoreException failure, bool isNews)
    {
        meter.UploadsFailed.Add(1, IngesterMeter.KindTag(failure.IsPermanent ? "permanent" : "transient"));
        if (!isNews)
            return;
        lock (gate)
        {
            failures++;
            if (failure.IsPermanent && lastRefusalCode != failure.Code)
                LogRefusing(log, failure.Message);
            else if (failures == 1)
                LogFailing(log, failure.Message);
            lastRefusalCode = failure.IsPermanent ? failure.Code : lastRefusalCode;
        }
    }

    /// <summary>A request to the store succeeded.</summary>
    public void AttemptSucceeded()
    {
        lock (gate)
        {
            if (failures > 0)
                LogRecovered(log, failures);
            (failures, lastRefusalCode) = (0, null);
        }
    }

    [LoggerMessage(LogLevel.Error, "Divergence: the store holds other rows under a key whose rows must be identical on all replicas. The rows of this replica were stored as {Key}, SHA-256 {Sha256}.")]
    private static partial void LogDivergent(ILogger log, string key, string sha256);

    [LoggerMessage(LogLevel.Warning, "Disputed window of {Stream}: another replica stored a different history of {Window}, and no ids prove which one is complete. The rows of this replica were stored as {Key}.")]
    private static partial void LogDisputed(ILogger log, string stream, Window window, string key);

    [LoggerMessage(LogLevel.Debug, "Upload of {Key} completed: {Outcome}, {Rows} rows.")]
    private static partial void LogAnswered(ILogger log, string outcome, string key, long rows);

    [LoggerMessage(LogLevel.Warning, "Requests to the store fail and are retried; no data is lost yet. {Reason}")]
    private static partial void LogFailing(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "The store rejects requests, and an operator must act. They are retried about once a minute; no data is lost yet. {Reason}")]
    private static partial void LogRefusing(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The store accepts requests again after {Failures} failed attempts.")]
    private static partial void LogRecovered(ILogger log, long failures);
}
