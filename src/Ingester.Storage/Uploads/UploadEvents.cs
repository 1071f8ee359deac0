using Ingester.Core.Markets;
using Ingester.Core.Telemetry;
using Ingester.Storage.Writing;
using Microsoft.Extensions.Logging;

namespace Ingester.Storage.Uploads;

/// <summary>The events of the objects and journal rows in memory. Each event is logged and counted here, once.</summary>
internal sealed partial class UploadEvents(ILogger log, IngesterMeter meter)
{
    private int journalFullLogged;

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

    [LoggerMessage(LogLevel.Error, "A row of the {Dataset} journal of {Exchange} was dropped: the journal buffer is full because uploads are failing.")]
    private static partial void LogJournalLost(ILogger log, string dataset, string exchange);

    [LoggerMessage(LogLevel.Error, "Stopped before all data was stored: {Objects} objects with {Bytes} bytes of rows are lost. The oldest was {Age} old.")]
    private static partial void LogLeftBehind(ILogger log, int objects, long bytes, TimeSpan age);
}
