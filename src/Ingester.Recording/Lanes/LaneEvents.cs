using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Recording.Snapshots;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Lanes;

/// <summary>Events while frames are received; each method logs and counts one event.</summary>
internal sealed partial class LaneEvents(IngesterMeter meter, ILogger<LaneEvents> log)
{
    /// <summary>A frame was quarantined because it could not be decoded or names an unknown market.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reason">Why.</param>
    /// <param name="bug">The exception, when a bug is the cause; null when the frame is not valid.</param>
    /// <param name="repeated">True when the previous frame was quarantined because of a bug as well: it was logged as an error
    /// then.</param>
    public void Quarantined(string exchange, string reason, Exception? bug, bool repeated)
    {
        meter.FramesQuarantined.Add(1, IngesterMeter.ExchangeTag(exchange), IngesterMeter.KindTag(bug is null ? "undecodable" : "bug"));
        if (bug is null || repeated)
            LogQuarantined(log, exchange, reason);
        else
            LogBug(log, exchange, reason, bug);
    }

    /// <summary>A stream is stalled, although its connection is alive; it is resubscribed.</summary>
    public void StreamStalled(StreamId stream, TimeSpan silence)
    {
        meter.StreamsStalled.Add(1, IngesterMeter.ExchangeTag(stream.Exchange));
        LogStalled(log, stream, silence);
    }

    /// <summary>The number of stalled streams changed by <paramref name="more"/>.</summary>
    public void StalledCountChanged(string exchange, int more) => meter.StreamsStale.Add(more, IngesterMeter.ExchangeTag(exchange));

    /// <summary>The number of streams with an invalid book changed by <paramref name="more"/>.</summary>
    public void SuspectCountChanged(string exchange, int more) => meter.StreamsSuspect.Add(more, IngesterMeter.ExchangeTag(exchange));

    /// <summary>A verified book is invalid; a new snapshot is requested.</summary>
    public void BookInvalid(StreamId stream, BookFault fault)
    {
        var kind = fault switch { BookFault.Checksum => "checksum", BookFault.Crossed => "crossed", _ => "unreadable" };
        meter.BooksInvalid.Add(1, IngesterMeter.ExchangeTag(stream.Exchange), IngesterMeter.KindTag(kind));
        LogBookInvalid(log, stream, kind);
    }

    /// <summary>The backfill queue is full: the gap is left to <c>ingester repair</c>.</summary>
    public void BackfillDropped(StreamId stream, SequenceRange missing)
    {
        meter.BackfillsCompleted.Add(1, IngesterMeter.ExchangeTag(stream.Exchange), IngesterMeter.DatasetTag(stream.Dataset.Name()), IngesterMeter.OutcomeTag("given-up"));
        LogBackfillDropped(log, stream, missing);
    }

    /// <summary>A snapshot was dropped because the upload queue is full.</summary>
    public void SnapshotDropped(StreamId stream)
    {
        meter.SegmentsDropped.Add(1, IngesterMeter.ExchangeTag(stream.Exchange), IngesterMeter.DatasetTag(Dataset.Snapshots.Name()));
        LogSnapshotDropped(log, stream);
    }

    /// <summary>Adds the counts since the last call to the meter.</summary>
    public void ReportCounts(string exchange, LaneCounts counts)
    {
        var tag = IngesterMeter.ExchangeTag(exchange);
        meter.FramesReceived.Add(counts.Frames, tag);
        meter.FramesIgnored.Add(counts.Ignored, tag);
        meter.EventsRecorded.Add(counts.Trades, tag, IngesterMeter.DatasetTag(Dataset.Trades.Name()));
        meter.EventsRecorded.Add(counts.AggTrades, tag, IngesterMeter.DatasetTag(Dataset.AggTrades.Name()));
        meter.EventsRecorded.Add(counts.Diffs, tag, IngesterMeter.DatasetTag(Dataset.Depth.Name()));
        meter.EventsRecorded.Add(counts.Snapshots, tag, IngesterMeter.DatasetTag(Dataset.Snapshots.Name()));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Exchange}: a frame was quarantined: {Reason}")]
    private static partial void LogQuarantined(ILogger log, string exchange, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Exchange}: a frame was quarantined because of a bug, please report it: {Reason}")]
    private static partial void LogBug(ILogger log, string exchange, string reason, Exception bug);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream} is stalled: no event for {Silence}. It is resubscribed.")]
    private static partial void LogStalled(ILogger log, StreamId stream, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream}: the book is invalid ({Kind}); a new snapshot is requested.")]
    private static partial void LogBookInvalid(ILogger log, StreamId stream, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream}: the backfill queue is full; run ingester repair to close the gap {Missing}.")]
    private static partial void LogBackfillDropped(ILogger log, StreamId stream, SequenceRange missing);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stream}: a snapshot was dropped because the upload queue is full.")]
    private static partial void LogSnapshotDropped(ILogger log, StreamId stream);
}
