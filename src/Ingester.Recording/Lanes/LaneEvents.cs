using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Recording.Snapshots;
using Microsoft.Extensions.Logging;

namespace Ingester.Recording.Lanes;

/// <summary>What can happen while frames are received: logged and counted here.</summary>
internal sealed partial class LaneEvents(IngesterMeter meter, ILogger<LaneEvents> log)
{
    /// <summary>A frame did not decode or names an unknown market.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="reason">Why.</param>
    /// <param name="bug">The exception, when the frame was not decoded because of a bug; null when it is not as the exchange promises.</param>
    /// <param name="repeated">True when the frame before was quarantined because of a bug as well: the error was logged then.</param>
    public void Quarantined(string exchange, string reason, Exception? bug, bool repeated)
    {
        meter.Quarantined.Add(1, IngesterMeter.Exchange(exchange), IngesterMeter.Kind(bug is null ? "undecodable" : "bug"));
        if (bug is null || repeated)
            LogQuarantined(log, exchange, reason);
        else
            LogBug(log, exchange, reason, bug);
    }

    /// <summary>A stream is silent although its connection and its siblings live; it is asked for anew.</summary>
    public void StreamStalled(StreamId stream, TimeSpan silence)
    {
        meter.Stalls.Add(1, IngesterMeter.Exchange(stream.Exchange));
        LogStalled(log, stream, silence);
    }

    /// <summary>So many streams more (or fewer) are silent than before.</summary>
    public void StalledChanged(string exchange, int more) => meter.StaleStreams.Add(more, IngesterMeter.Exchange(exchange));

    /// <summary>So many streams more (or fewer) have a wrong book than before.</summary>
    public void SuspectChanged(string exchange, int more) => meter.SuspectStreams.Add(more, IngesterMeter.Exchange(exchange));

    /// <summary>A book that is kept in memory is wrong; it is asked for anew.</summary>
    public void BookFaulty(StreamId stream, BookFault fault)
    {
        var kind = fault switch { BookFault.Checksum => "checksum", BookFault.Crossed => "crossed", _ => "unreadable" };
        meter.BooksFaulty.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Kind(kind));
        LogBookFaulty(log, stream, kind);
    }

    /// <summary>Too many holes wait to be closed: this one is left to people.</summary>
    public void RepairOverflowed(StreamId stream, SequenceRange missing)
    {
        meter.Repairs.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(stream.Dataset.Name()), IngesterMeter.Outcome("given-up"));
        LogRepairOverflow(log, stream, missing);
    }

    /// <summary>A whole book found no room and is lost.</summary>
    public void BookOverflowed(StreamId stream)
    {
        meter.Overflowed.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(Dataset.Snapshots.Name()));
        LogBookOverflow(log, stream);
    }

    /// <summary>Counts what came since the last call.</summary>
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "A frame of {Exchange} is quarantined: {Reason}")]
    private static partial void LogQuarantined(ILogger log, string exchange, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A frame of {Exchange} is quarantined because of a bug, please report it: {Reason}")]
    private static partial void LogBug(ILogger log, string exchange, string reason, Exception bug);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Stream} has been silent for {Silence}, longer than it ever is: it is asked for anew")]
    private static partial void LogStalled(ILogger log, StreamId stream, TimeSpan silence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The book of {Stream} is wrong ({Kind}); it is asked for anew")]
    private static partial void LogBookFaulty(ILogger log, StreamId stream, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Too many holes wait to be closed: {Missing} of {Stream} is left to ingester repair")]
    private static partial void LogRepairOverflow(ILogger log, StreamId stream, SequenceRange missing);

    [LoggerMessage(Level = LogLevel.Error, Message = "No room for a book of {Stream}: it is lost")]
    private static partial void LogBookOverflow(ILogger log, StreamId stream);
}

/// <summary>Plain counters of one lane: added to under its lock, handed to the meter now and then.</summary>
internal record struct LaneCounts
{
    /// <summary>Frames that came.</summary>
    public long Frames { get; set; }

    /// <summary>Frames of channels that nobody asked for, and events of streams that nobody asked for.</summary>
    public long Ignored { get; set; }

    /// <summary>Frames that were quarantined.</summary>
    public long Quarantined { get; set; }

    /// <summary>Trades that came, duplicates included.</summary>
    public long Trades { get; set; }

    /// <summary>Merged trades that came, duplicates included.</summary>
    public long AggTrades { get; set; }

    /// <summary>Changes of books that came, duplicates included.</summary>
    public long Depth { get; set; }

    /// <summary>Whole books that came.</summary>
    public long Books { get; set; }

    /// <summary>What came since an earlier count.</summary>
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
