using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Microsoft.Extensions.Logging;

namespace Ingester.Storage.Writing;

/// <summary>The events of the upload path. Each event is logged and counted here, once.</summary>
internal sealed partial class StorageEvents(ILogger<StorageEvents> log, IngesterMeter meter)
{
    private readonly Lock gate = new();
    private long failures;
    private string? lastRefusalCode; // code of the last permanent failure since the last success
    private int journalFullLogged;
    private int spoolingLogged;
    private int spoolFailureLogged;
    private int spoolFullLogged;

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

    /// <summary>A journal row was dropped because its buffer is full. Only the first one is logged.</summary>
    public void JournalRowLost(Dataset dataset, string exchange)
    {
        meter.JournalRowsLost.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.DatasetTag(dataset.Name()));
        if (Interlocked.Exchange(ref journalFullLogged, 1) == 0)
            LogJournalLost(log, dataset.Name(), exchange);
    }

    /// <summary>A part of a journal was stored or spooled: there is space again.</summary>
    public void JournalStored() => Interlocked.Exchange(ref journalFullLogged, 0);

    /// <summary>The stop timeout elapsed before everything was stored or spooled.</summary>
    public void StoppedIncomplete(in BacklogState left) => LogLeftBehind(log, left.Objects, left.Bytes, left.OldestAge);

    /// <summary>The process stops with objects in the spool; the next process uploads them.</summary>
    public void StoppedWithSpooled(in SpoolState left) => LogLeftInSpool(log, left.Files, left.Bytes);

    /// <summary>Earlier processes left objects in the spool.</summary>
    public void SpoolAdopted(long files, long bytes, string directory)
    {
        meter.SpoolObjects.Add(files, IngesterMeter.OutcomeTag("adopted"));
        LogSpoolAdopted(log, directory, files, bytes);
    }

    /// <summary>An object was written to the spool. Only the first one is logged above debug level, and the first one after a failure.</summary>
    public void ObjectSpooled(SpoolHeader header, string directory)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("written"));
        if (Interlocked.Exchange(ref spoolFailureLogged, 0) == 1)
            LogSpoolRecovered(log, directory);
        if (Interlocked.Exchange(ref spoolingLogged, 1) == 0)
            LogSpooling(log, directory);
        LogSpooled(log, header.Key);
    }

    /// <summary>A spooled object was stored. The last one is logged.</summary>
    public void SpooledObjectStored(long files)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("stored"));
        if (files == 0 && Interlocked.Exchange(ref spoolingLogged, 0) == 1)
            LogSpoolEmpty(log);
    }

    /// <summary>The spool could not be written or read. Of consecutive failures only the first is logged.</summary>
    public void SpoolFailed(string reason)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("failed"));
        if (Interlocked.Exchange(ref spoolFailureLogged, 1) == 0)
            LogSpoolFails(log, reason);
    }

    /// <summary>The spool is full. It is logged again only after the spool was below half of its size.</summary>
    public void SpoolFull(string reason)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("failed"));
        if (Interlocked.Exchange(ref spoolFullLogged, 1) == 0)
            LogSpoolFails(log, reason);
    }

    /// <summary>The spool is less than half full.</summary>
    public void SpoolSpaceFreed() => Interlocked.Exchange(ref spoolFullLogged, 0);

    /// <summary>A damaged spool file was moved to <c>corrupt/</c>.</summary>
    public void SpoolFileCorrupt(string path, string reason)
    {
        meter.SpoolObjects.Add(1, IngesterMeter.OutcomeTag("corrupt"));
        LogSpoolCorrupt(log, path, reason);
    }

    /// <summary>Spool files were removed by someone else.</summary>
    public void SpoolFilesMissing(string folder, long files)
    {
        meter.SpoolObjects.Add(files, IngesterMeter.OutcomeTag("gone"));
        LogSpoolGone(log, files, folder);
    }

    /// <summary>Registers the gauges of backlog, spool and store.</summary>
    public void RegisterGauges(SegmentWriter writer)
    {
        meter.AddGauge("ingester.backlog.objects", "{object}", "Objects in memory that are not stored yet.", () => writer.BacklogState.Objects);
        meter.AddGauge("ingester.backlog.size", "By", "Bytes of rows in memory that are not stored yet.", () => writer.BacklogState.Bytes);
        meter.AddGauge("ingester.backlog.age", "s", "Age of the oldest object that is not stored yet, in memory or in the spool.", () => writer.OldestAge.TotalSeconds);
        meter.AddGauge("ingester.spool.files", "{file}", "Objects in the spool.", () => writer.SpoolState.Files);
        meter.AddGauge("ingester.spool.size", "By", "Bytes of the disk that the spool uses.", () => writer.SpoolState.Bytes);
        meter.AddGauge("ingester.spool.corrupt", "{file}", "Files of the spool that were set aside because they are damaged.", () => writer.SpoolState.Corrupt);
        meter.AddGauge("ingester.store.failing", "s", "How long the store has accepted nothing although requests were sent.", () => writer.StoreHealth.FailingFor.TotalSeconds);
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

    [LoggerMessage(LogLevel.Error, "A row of the {Dataset} journal of {Exchange} was dropped: the journal buffer is full because uploads are failing.")]
    private static partial void LogJournalLost(ILogger log, string dataset, string exchange);

    [LoggerMessage(LogLevel.Error, "Stopped before all data was stored: {Objects} objects with {Bytes} bytes of rows are lost. The oldest was {Age} old.")]
    private static partial void LogLeftBehind(ILogger log, int objects, long bytes, TimeSpan age);

    [LoggerMessage(LogLevel.Error, "Stopped before all data was stored: {Files} objects remain in the spool ({Bytes} bytes on disk). The next process that uses this spool uploads them.")]
    private static partial void LogLeftInSpool(ILogger log, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "The spool {Directory} holds {Files} objects of earlier processes ({Bytes} bytes on disk). They are uploaded now.")]
    private static partial void LogSpoolAdopted(ILogger log, string directory, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "Objects that cannot be uploaded in time are now written to the spool {Directory}; no data is lost yet.")]
    private static partial void LogSpooling(ILogger log, string directory);

    [LoggerMessage(LogLevel.Debug, "{Key} waits in the spool.")]
    private static partial void LogSpooled(ILogger log, string key);

    [LoggerMessage(LogLevel.Information, "The spool is empty: all its objects are stored.")]
    private static partial void LogSpoolEmpty(ILogger log);

    [LoggerMessage(LogLevel.Error, "The spool cannot be used, and an operator must act. Segments stay in memory while there is space. {Reason}")]
    private static partial void LogSpoolFails(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The spool {Directory} can be written again.")]
    private static partial void LogSpoolRecovered(ILogger log, string directory);

    [LoggerMessage(LogLevel.Error, "A spool file is damaged: {Reason}. It will not be uploaded and was moved to {Path}.")]
    private static partial void LogSpoolCorrupt(ILogger log, string path, string reason);

    [LoggerMessage(LogLevel.Error, "{Files} files of the minute {Folder} disappeared from the spool, and this process did not remove them: their data is lost.")]
    private static partial void LogSpoolGone(ILogger log, long files, string folder);
}
