using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingester.Core.Storage;

/// <summary>What can happen on the way to the store: each is logged, counted and alarmed here, once.</summary>
internal sealed partial class StorageEvents(ILogger<StorageEvents> log, IngesterMeter meter)
{
    private readonly Lock gate = new();
    private long failures;
    private bool refused;
    private int journalIsFull;

    /// <summary>The store has the rows of an object.</summary>
    public void Answered(Upload upload, in WrittenObject written)
    {
        var tally = upload.IsSegment ? meter.Segments : meter.Objects;
        tally.Add(1, IngesterMeter.Exchange(upload.Exchange), IngesterMeter.Dataset(upload.Dataset.Name()), IngesterMeter.Outcome(written.Outcome.Name()));
        if (written.Outcome == UploadOutcome.Divergent)
            LogDivergent(log, written.Key, written.Sha256);
        else
            LogAnswered(log, written.Outcome.Name(), written.Key, upload.Count);
    }

    /// <summary>The store did not do what it was asked; it will be asked again. Of a streak only the first is logged, and the first that needs somebody.</summary>
    public void AttemptFailed(StoreException failure)
    {
        meter.UploadFailures.Add(1, IngesterMeter.Kind(failure.Permanent ? "permanent" : "transient"));
        lock (gate)
        {
            failures++;
            if (failure.Permanent && !refused)
                LogRefusing(log, failure.Message);
            else if (failures == 1)
                LogFailing(log, failure.Message);
            refused |= failure.Permanent;
        }
    }

    /// <summary>The store did what it was asked.</summary>
    public void StoreAnswered()
    {
        lock (gate)
        {
            if (failures > 0)
                LogRecovered(log, failures);
            (failures, refused) = (0, false);
        }
    }

    /// <summary>A row of a journal found no room. Only the first of them is logged.</summary>
    public void JournalRowLost(Dataset dataset, string exchange)
    {
        meter.JournalLost.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Dataset(dataset.Name()));
        if (Interlocked.Exchange(ref journalIsFull, 1) == 0)
            LogJournalLost(log, dataset.Name(), exchange);
    }

    /// <summary>A part of a journal was stored: there is room again.</summary>
    public void JournalStored() => Interlocked.Exchange(ref journalIsFull, 0);

    /// <summary>The time to stop was over before everything was stored.</summary>
    public void LeftBehind(in BacklogState left) => LogLeftBehind(log, left.Objects, left.Bytes, left.OldestAge);

    /// <summary>Shows the backlog as metrics.</summary>
    public void Observe(Func<BacklogState> state)
    {
        meter.Observe("ingester.backlog.objects", "{object}", "Objects that the store does not have yet.", () => state().Objects);
        meter.Observe("ingester.backlog.size", "By", "Bytes of rows that the store does not have yet.", () => state().Bytes);
        meter.Observe("ingester.backlog.age", "s", "Age of the oldest object that the store does not have yet.", () => state().OldestAge.TotalSeconds);
    }

    [LoggerMessage(LogLevel.Error, "Divergence: other rows stand under a name that they must share with these; these went to {Key}, their hash is {Sha256}.")]
    private static partial void LogDivergent(ILogger log, string key, string sha256);

    [LoggerMessage(LogLevel.Debug, "The store has {Key} ({Outcome}, {Rows} rows).")]
    private static partial void LogAnswered(ILogger log, string outcome, string key, int rows);

    [LoggerMessage(LogLevel.Warning, "The store fails and will be asked again until it answers; nothing is lost yet. {Reason}")]
    private static partial void LogFailing(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "The store refuses, and somebody must act; it will be asked again until it answers, nothing is lost yet. {Reason}")]
    private static partial void LogRefusing(ILogger log, string reason);

    [LoggerMessage(LogLevel.Information, "The store answers again, after {Failures} failed attempts.")]
    private static partial void LogRecovered(ILogger log, long failures);

    [LoggerMessage(LogLevel.Error, "A row of the {Dataset} journal of {Exchange} is lost: there is no more room for what the store does not take.")]
    private static partial void LogJournalLost(ILogger log, string dataset, string exchange);

    [LoggerMessage(LogLevel.Error, "Stopped before everything was stored: {Objects} objects with {Bytes} bytes of rows are lost, the oldest has waited {Age}.")]
    private static partial void LogLeftBehind(ILogger log, int objects, long bytes, TimeSpan age);
}
