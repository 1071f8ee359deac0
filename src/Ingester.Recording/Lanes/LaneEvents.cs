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
        meter.Quarantined.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Kind(bug is null ? "undecodable" : "bug"));
        if (bug is null || repeated)
            LogQuarantined(log, exchange, reason);
        else
            LogBug(log, exchange, reason, bug);
    }

    /// <summary>A stream is stalled, although its connection is alive; it is resubscribed.</summary>
    public void StreamStalled(StreamId stream, TimeSpan silence)
    {
        meter.Stalls.Add(1, IngesterMeter.Exchange(stream.Exchange));
        LogStalled(log, stream, silence);
    }

    /// <summary>The number of stalled streams changed by <paramref name="more"/>.</summary>
    public void StalledChanged(string exchange, int more) => meter.StaleStreams.Add(more, IngesterMeter.Exchange(exchange));

    /// <summary>The number of streams with an invalid book changed by <paramref name="more"/>.</summary>
    public void SuspectChanged(string exchange, int more) => meter.SuspectStreams.Add(more, IngesterMeter.Exchange(exchange));

    /// <summary>A live book is invalid; a new snapshot is requested.</summary>
    public void BookFaulty(StreamId stream, BookFault fault)
    {
        var kind = fault switch { BookFault.Checksum => "checksum", BookFault.Crossed => "crossed", _ => "unreadable" };
        meter.BooksFaulty.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Kind(kind));
        LogBookFaulty(log, stream, kind);
    }

    /// <summary>The backfill queue is full: the gap is left to <c>ingester repair</c>.</summary>
    public void RepairOverflowed(StreamId stream, SequenceRange missing)
    {
        meter.Repairs.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(stream.Dataset.Name()), IngesterMeter.Outcome("given-up"));
        LogRepairOverflow(log, stream, missing);
    }

    /// <summary>A snapshot was dropped because the upload queue is full.</summary>
    public void BookOverflowed(StreamId stream)
    {
        meter.Overflowed.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(Dataset.Snapshots.Name()));
        LogBookOverflow(log, stream);
    }

    /// <summary>Adds the counts since the last call to the meter.</summary>
    public void Counted(string exchange, LaneCounts counts)
    {
        var tag = IngesterMeter.Exchange(exchange);
        meter.Frames.Add(counts.Frames, tag);
        meter.Ignored.Add(counts.Ignored, tag);
        meter.Events.Add(counts.Trades, tag, IngesterMeter.Dataset(Dataset.Trades.Name()));
        meter.Events.Add(counts.AggTrades, tag, IngesterMeter.Dataset(Dataset.AggTrades.Name()));
        meter.Events.Add(counts.Depth, tag, IngesterMeter.Dataset(Dataset.Depth.Name()));
        meter.Events.Add(counts.Books, tag, IngesterMeter.Dataset(Dataset.Snapshots.Name()));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Exchange}: a frame was quarantined: {Reason}")]
    private static partial void LogQuarantined(ILogger log, string exchange, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Exchange}: a frame was quarantined because of a bug, please report it: {Reason}")]
    private static partial void LogBug(ILogger log, string exchange, string reason, Exception bug);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream} is stalled: no event for {Silence}. It is resubscribed.")]
    private static partial void LogStalled(ILogger log, StreamId stream, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream}: the book is invalid ({Kind}); a new snapshot is requested.")]
    private static partial void LogBookFaulty(ILogger log, StreamId stream, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream}: the backfill queue is full; run ingester repair to close the gap {Missing}.")]
    private static partial void LogRepairOverflow(ILogger log, StreamId stream, SequenceRange missing);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Stream}: a snapshot was dropped because the upload queue is full.")]
    private static partial void LogBookOverflow(ILogger log, StreamId stream);
}

/// <summary>Counters of one lane: incremented under its lock, added to the meter at each tick.</summary>
internal record struct LaneCounts
{
    /// <summary>Received frames.</summary>
    public long Frames { get; set; }

    /// <summary>Frames of channels and events of streams that were not subscribed.</summary>
    public long Ignored { get; set; }

    /// <summary>Quarantined frames.</summary>
    public long Quarantined { get; set; }

    /// <summary>Received trades, duplicates included.</summary>
    public long Trades { get; set; }

    /// <summary>Received aggregated trades, duplicates included.</summary>
    public long AggTrades { get; set; }

    /// <summary>Received diffs, duplicates included.</summary>
    public long Depth { get; set; }

    /// <summary>Received and fetched snapshots.</summary>
    public long Books { get; set; }

    /// <summary>The difference to earlier counts.</summary>
    public readonly LaneCounts Since(LaneCounts earlier) => new()
    {
        Frames = Frames - earlier.Frames,
        Ignored = Ignored - earlier.Ignored,
        Quarantined = Quarantined - earlier.Quarantined,
        Trades = Trades - earlier.Trades,
        AggTrades = AggTrades - earlier.AggTrades,
        Depth = Depth - earlier.Depth,
        Books = Books - earlier.Books,
    };
}
