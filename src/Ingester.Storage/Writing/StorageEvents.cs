using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Microsoft.Extensions.Logging;

namespace Ingester.Storage.Writing;

/// <summary>What can happen on the way to the store: each is logged, counted and alarmed here, once.</summary>
internal sealed partial class StorageEvents(ILogger<StorageEvents> log, IngesterMeter meter)
{
    private readonly Lock gate = new();
    private long failures;
    private string? refusal; // the code of the last permanent failure of the streak
    private int journalIsFull;
    private int spools;
    private int spoolFails;
    private int spoolIsFull;

    /// <summary>The store has the rows of an object.</summary>
    public void Answered(ObjectDraft draft, in WrittenObject written)
    {
        var tally = draft.Kind == ObjectKind.Segment ? meter.Segments : meter.Objects;
        tally.Add(1, IngesterMeter.Exchange(draft.Exchange), IngesterMeter.Dataset(draft.Dataset.Name()), IngesterMeter.Outcome(written.Outcome.Name()));
        if (written.Outcome == UploadOutcome.Divergent)
            LogDivergent(log, written.Key, written.Sha256);
        else
            LogAnswered(log, written.Outcome.Name(), written.Key, draft.Metadata.Rows ?? 0);
    }

    /// <summary>Another replica stored another history of a window, and no proof says which one is right.</summary>
    public void WindowDisputed(DisputedWindow window)
    {
        meter.DisputedWindows.Add(1, IngesterMeter.Exchange(window.Stream.Exchange), IngesterMeter.Dataset(window.Stream.Dataset.Name()));
        LogDisputed(log, window.Stream.Text, window.Window, window.Variant);
    }

    /// <summary>The store did not do what it was asked; it will be asked again. Of a streak the first is logged, and each time that someone has to do something else than before.</summary>
    /// <param name="failure">What the store said.</param>
    /// <param name="isNews">False for the late answer to a request that was sent before the store recovered: it is counted and not logged.</param>
    public void AttemptFailed(StoreException failure, bool isNews)
    {
        meter.UploadFailures.Add(1, IngesterMeter.Kind(failure.Permanent ? "permanent" : "transient"));
        if (!isNews)
            return;
        lock (gate)
        {
            failures++;
            if (failure.Permanent && refusal != failure.Code)
                LogRefusing(log, failure.Message);
            else if (failures == 1)
                LogFailing(log, failure.Message);
            refusal = failure.Permanent ? failure.Code : refusal;
        }
    }

    /// <summary>The store did what it was asked.</summary>
    public void StoreAnswered()
    {
        lock (gate)
        {
            if (failures > 0)
                LogRecovered(log, failures);
            (failures, refusal) = (0, null);
        }
    }

    /// <summary>A row of a journal found no room. Only the first of them is logged.</summary>
    public void JournalRowLost(Dataset dataset, string exchange)
    {
        meter.JournalLost.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Dataset(dataset.Name()));
        if (Interlocked.Exchange(ref journalIsFull, 1) == 0)
            LogJournalLost(log, dataset.Name(), exchange);
    }

    /// <summary>A part of a journal was stored or spooled: there is room again.</summary>
    public void JournalStored() => Interlocked.Exchange(ref journalIsFull, 0);

    /// <summary>The time to stop was over before everything was stored.</summary>
    public void LeftBehind(in BacklogState left) => LogLeftBehind(log, left.Objects, left.Bytes, left.OldestAge);

    /// <summary>The time to stop was over, or the store failed: what is on disk waits for the next process.</summary>
    public void LeftInSpool(in SpoolState left) => LogLeftInSpool(log, left.Files, left.Bytes);

    /// <summary>Former processes left objects in the spool.</summary>
    public void SpoolAdopted(long files, long bytes, string directory)
    {
        meter.Spooled.Add(files, IngesterMeter.Outcome("adopted"));
        LogSpoolAdopted(log, directory, files, bytes);
    }

    /// <summary>An object is on disk. Only the first of a streak is logged.</summary>
    public void Spooled(SpoolHeader header, string directory)
    {
        meter.Spooled.Add(1, IngesterMeter.Outcome("written"));
        if (Interlocked.Exchange(ref spoolFails, 0) == 1)
            LogSpoolRecovered(log, directory);
        if (Interlocked.Exchange(ref spools, 1) == 0)
            LogSpooling(log, directory);
        LogSpooled(log, header.Key);
    }

    /// <summary>An object left the spool for the store. The last one is logged.</summary>
    public void SpoolLeft(long files)
    {
        meter.Spooled.Add(1, IngesterMeter.Outcome("stored"));
        if (files == 0 && Interlocked.Exchange(ref spools, 0) == 1)
            LogSpoolEmpty(log);
    }

    /// <summary>The spool could not be written or read. Only the first of a streak is logged.</summary>
    public void SpoolFailed(string reason)
    {
        meter.Spooled.Add(1, IngesterMeter.Outcome("failed"));
        if (Interlocked.Exchange(ref spoolFails, 1) == 0)
            LogSpoolFails(log, reason);
    }

    /// <summary>The spool has no room. It is said again when it had room for long enough in between.</summary>
    public void SpoolFull(string reason)
    {
        meter.Spooled.Add(1, IngesterMeter.Outcome("failed"));
        if (Interlocked.Exchange(ref spoolIsFull, 1) == 0)
            LogSpoolFails(log, reason);
    }

    /// <summary>The spool has much room again.</summary>
    public void SpoolHasRoom() => Interlocked.Exchange(ref spoolIsFull, 0);

    /// <summary>A file of the spool is not whole; it was set aside.</summary>
    public void SpoolFileCorrupt(string path, string reason)
    {
        meter.Spooled.Add(1, IngesterMeter.Outcome("corrupt"));
        LogSpoolCorrupt(log, path, reason);
    }

    /// <summary>Somebody took files of the spool away.</summary>
    public void SpoolFilesGone(string folder, long files)
    {
        meter.Spooled.Add(files, IngesterMeter.Outcome("gone"));
        LogSpoolGone(log, files, folder);
    }

    /// <summary>Shows as metrics what the store does not have yet.</summary>
    public void Observe(SegmentWriter writer)
    {
        meter.Observe("ingester.backlog.objects", "{object}", "Objects in memory that the store does not have yet.", () => writer.State.Objects);
        meter.Observe("ingester.backlog.size", "By", "Bytes of rows in memory that the store does not have yet.", () => writer.State.Bytes);
        meter.Observe("ingester.backlog.age", "s", "Age of the oldest object that the store does not have yet, in memory or in the spool.", () => writer.OldestAge.TotalSeconds);
        meter.Observe("ingester.spool.files", "{file}", "Objects in the spool.", () => writer.Spooled.Files);
        meter.Observe("ingester.spool.size", "By", "Bytes of the disk that the spool takes.", () => writer.Spooled.Bytes);
        meter.Observe("ingester.spool.corrupt", "{file}", "Files of the spool that were set aside because they are not whole.", () => writer.Spooled.Corrupt);
        meter.Observe("ingester.store.failing", "s", "How long the store has taken nothing although it was asked.", () => writer.Store.FailingFor.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Error, "Divergence: other rows stand under a name that they must share with these; these went to {Key}, their hash is {Sha256}.")]
    private static partial void LogDivergent(ILogger log, string key, string sha256);

    [LoggerMessage(LogLevel.Warning, "Disputed window of {Stream}: {Window} is stored with a different history, and no sequence proves which one is complete; the rows of this replica are {Key}.")]
    private static partial void LogDisputed(ILogger log, string stream, Window window, string key);

    [LoggerMessage(LogLevel.Debug, "The store has {Key} ({Outcome}, {Rows} rows).")]
    private static partial void LogAnswered(ILogger log, string outcome, string key, long rows);

    [LoggerMessage(LogLevel.Warning, "The store fails and will be asked again until it answers; nothing is lost yet. {Reason}")]
    private static partial void LogFailing(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "The store refuses, and someone must act; it is asked again about once a minute, nothing is lost yet. {Reason}")]
    private static partial void LogRefusing(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The store answers again, after {Failures} failed attempts.")]
    private static partial void LogRecovered(ILogger log, long failures);

    [LoggerMessage(LogLevel.Error, "A row of the {Dataset} journal of {Exchange} is lost: there is no more room for what the store does not take.")]
    private static partial void LogJournalLost(ILogger log, string dataset, string exchange);

    [LoggerMessage(LogLevel.Error, "Stopped before everything was stored: {Objects} objects with {Bytes} bytes of rows are lost, the oldest has waited {Age}.")]
    private static partial void LogLeftBehind(ILogger log, int objects, long bytes, TimeSpan age);

    [LoggerMessage(LogLevel.Error, "Stopped before everything was stored: {Files} objects are in the spool, {Bytes} bytes of the disk; the next process that has it stores them.")]
    private static partial void LogLeftInSpool(ILogger log, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "The spool {Directory} holds {Files} objects of former processes, {Bytes} bytes of the disk; they are stored now.")]
    private static partial void LogSpoolAdopted(ILogger log, string directory, long files, long bytes);

    [LoggerMessage(LogLevel.Warning, "What the store does not take goes to the spool {Directory} from now on; nothing is lost yet.")]
    private static partial void LogSpooling(ILogger log, string directory);

    [LoggerMessage(LogLevel.Debug, "{Key} waits in the spool.")]
    private static partial void LogSpooled(ILogger log, string key);

    [LoggerMessage(LogLevel.Information, "The spool is empty: the store has everything.")]
    private static partial void LogSpoolEmpty(ILogger log);

    [LoggerMessage(LogLevel.Error, "The spool fails, and somebody must act; segments stay in memory while there is room. {Reason}")]
    private static partial void LogSpoolFails(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The spool {Directory} can be written again.")]
    private static partial void LogSpoolRecovered(ILogger log, string directory);

    [LoggerMessage(LogLevel.Error, "A file of the spool is not whole: {Reason}. It will not be stored and was set aside as {Path}.")]
    private static partial void LogSpoolCorrupt(ILogger log, string path, string reason);

    [LoggerMessage(LogLevel.Error, "{Files} files of the minute {Folder} are no longer in the spool, and this recorder did not remove them: what they held is lost.")]
    private static partial void LogSpoolGone(ILogger log, long files, string folder);
}
