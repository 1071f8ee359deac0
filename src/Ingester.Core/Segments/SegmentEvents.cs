using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Microsoft.Extensions.Logging;

namespace Ingester.Core.Segments;

/// <summary>Logs and counts the events of streams and segments.</summary>
internal sealed partial class SegmentEvents(IngesterMeter meter, ILogger<SegmentEvents> log)
{
    /// <summary>A gap was detected. <paramref name="countsByOne"/>: whether its length is a number of messages.</summary>
    public void GapDetected(GapRow gap, bool countsByOne)
    {
        meter.GapsDetected.Add(1, IngesterMeter.ExchangeTag(gap.Stream.Exchange), IngesterMeter.DatasetTag(gap.Stream.Dataset.Name()), IngesterMeter.KindTag(gap.CauseName));
        if (gap.Range is { } missing)
        {
            if (countsByOne)
                meter.MessagesMissing.Add(missing.Length, IngesterMeter.ExchangeTag(gap.Stream.Exchange), IngesterMeter.DatasetTag(gap.Stream.Dataset.Name()));
            LogGap(log, gap.Stream, missing, Micros.ToDateTime(gap.FromMicros), Micros.ToDateTime(gap.ToMicros), gap.CauseName);
        }
        else
        {
            LogInterruption(log, gap.Stream, Micros.ToDateTime(gap.FromMicros), Micros.ToDateTime(gap.ToMicros), gap.CauseName);
        }
    }

    /// <summary>A gap, or a part of one, was closed.</summary>
    public void GapClosed(GapRow gap)
    {
        meter.GapsClosed.Add(1, IngesterMeter.ExchangeTag(gap.Stream.Exchange), IngesterMeter.DatasetTag(gap.Stream.Dataset.Name()), IngesterMeter.KindTag(gap.CauseName));
        if (gap.Range is { } closed)
            LogGapClosed(log, gap.Stream, closed, gap.CauseName);
        else
            LogBookRecovered(log, gap.Stream, Micros.ToDateTime(gap.ToMicros));
    }

    /// <summary>The numbering of a stream was reset.</summary>
    public void NumberingReset(GapRow gap)
    {
        meter.SequenceResets.Add(1, IngesterMeter.ExchangeTag(gap.Stream.Exchange), IngesterMeter.DatasetTag(gap.Stream.Dataset.Name()));
        LogReset(log, gap.Stream, Micros.ToDateTime(gap.ToMicros));
    }

    /// <summary>A duplicate was dropped.</summary>
    public void DuplicateDropped(StreamId stream) =>
        meter.EventsDuplicate.Add(1, IngesterMeter.ExchangeTag(stream.Exchange), IngesterMeter.DatasetTag(stream.Dataset.Name()));

    /// <summary>An event's exchange time is too far ahead of the local clock.</summary>
    public void FutureTimestampSeen(StreamId stream, long micros)
    {
        meter.EventsFutureTimestamp.Add(1, IngesterMeter.ExchangeTag(stream.Exchange), IngesterMeter.DatasetTag(stream.Dataset.Name()));
        LogFutureTimestamp(log, stream, micros);
    }

    /// <summary>A sealed segment was dropped because memory and spool are full.</summary>
    public void SegmentDropped(StreamId stream, int rows)
    {
        meter.SegmentsDropped.Add(1, IngesterMeter.ExchangeTag(stream.Exchange), IngesterMeter.DatasetTag(stream.Dataset.Name()));
        LogSegmentDropped(log, stream, rows);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gap in {Stream}: {Missing} between {From:O} and {To:O}, cause {Cause}")]
    private static partial void LogGap(ILogger log, StreamId stream, SequenceRange missing, DateTime from, DateTime to, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Interruption of {Stream} between {From:O} and {To:O}, cause {Cause}: the number of missed messages is unknown")]
    private static partial void LogInterruption(ILogger log, StreamId stream, DateTime from, DateTime to, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gap in {Stream} closed: {Closed}, by {Cause}")]
    private static partial void LogGapClosed(ILogger log, StreamId stream, SequenceRange closed, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "The book of {Stream} is valid again from {From:O} on, after a snapshot")]
    private static partial void LogBookRecovered(ILogger log, StreamId stream, DateTime from);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The numbering of {Stream} was reset at {At:O}")]
    private static partial void LogReset(ILogger log, StreamId stream, DateTime at);

    [LoggerMessage(Level = LogLevel.Debug, Message = "An event of {Stream} has an exchange time too far ahead of the local clock: {Micros} µs")]
    private static partial void LogFutureTimestamp(ILogger log, StreamId stream, long micros);

    [LoggerMessage(Level = LogLevel.Error, Message = "Segment of {Stream} dropped because memory and spool are full: {Rows} rows are lost")]
    private static partial void LogSegmentDropped(ILogger log, StreamId stream, int rows);
}
