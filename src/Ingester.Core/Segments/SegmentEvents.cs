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
    public void GapSeen(GapRow gap, bool countsByOne)
    {
        meter.Gaps.Add(1, IngesterMeter.Exchange(gap.Stream.Exchange), IngesterMeter.Dataset(gap.Stream.Dataset.Name()), IngesterMeter.Kind(gap.CauseName));
        if (gap.Missing is { } missing)
        {
            if (countsByOne)
                meter.Missing.Add(missing.Length, IngesterMeter.Exchange(gap.Stream.Exchange), IngesterMeter.Dataset(gap.Stream.Dataset.Name()));
            LogGap(log, gap.Stream, missing, Micros.ToDateTime(gap.From), Micros.ToDateTime(gap.To), gap.CauseName);
        }
        else
        {
            LogInterruption(log, gap.Stream, Micros.ToDateTime(gap.From), Micros.ToDateTime(gap.To), gap.CauseName);
        }
    }

    /// <summary>A gap, or a part of one, was closed.</summary>
    public void GapClosed(GapRow gap)
    {
        meter.GapsClosed.Add(1, IngesterMeter.Exchange(gap.Stream.Exchange), IngesterMeter.Dataset(gap.Stream.Dataset.Name()), IngesterMeter.Kind(gap.CauseName));
        if (gap.Missing is { } closed)
            LogGapClosed(log, gap.Stream, closed, gap.CauseName);
        else
            LogKnownAgain(log, gap.Stream, Micros.ToDateTime(gap.To));
    }

    /// <summary>The numbering of a stream was reset.</summary>
    public void NumberingReset(GapRow gap)
    {
        meter.Resets.Add(1, IngesterMeter.Exchange(gap.Stream.Exchange), IngesterMeter.Dataset(gap.Stream.Dataset.Name()));
        LogReset(log, gap.Stream, Micros.ToDateTime(gap.To));
    }

    /// <summary>A duplicate was dropped.</summary>
    public void Duplicate(StreamId stream) =>
        meter.Duplicates.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(stream.Dataset.Name()));

    /// <summary>An event's exchange time is too far ahead of the local clock.</summary>
    public void ClockAhead(StreamId stream, long micros)
    {
        meter.ClockAhead.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(stream.Dataset.Name()));
        LogAhead(log, stream, micros);
    }

    /// <summary>A sealed segment was dropped because memory and spool are full.</summary>
    public void Overflowed(StreamId stream, int rows)
    {
        meter.Overflowed.Add(1, IngesterMeter.Exchange(stream.Exchange), IngesterMeter.Dataset(stream.Dataset.Name()));
        LogOverflow(log, stream, rows);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gap in {Stream}: {Missing} between {From:O} and {To:O}, cause {Cause}")]
    private static partial void LogGap(ILogger log, StreamId stream, SequenceRange missing, DateTime from, DateTime to, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Interruption of {Stream} between {From:O} and {To:O}, cause {Cause}: the number of missed messages is unknown")]
    private static partial void LogInterruption(ILogger log, StreamId stream, DateTime from, DateTime to, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gap in {Stream} closed: {Closed}, by {Cause}")]
    private static partial void LogGapClosed(ILogger log, StreamId stream, SequenceRange closed, string cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "The book of {Stream} is valid again from {From:O} on, after a snapshot")]
    private static partial void LogKnownAgain(ILogger log, StreamId stream, DateTime from);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The numbering of {Stream} was reset at {At:O}")]
    private static partial void LogReset(ILogger log, StreamId stream, DateTime at);

    [LoggerMessage(Level = LogLevel.Debug, Message = "An event of {Stream} has an exchange time too far ahead of the local clock: {Micros} µs")]
    private static partial void LogAhead(ILogger log, StreamId stream, long micros);

    [LoggerMessage(Level = LogLevel.Error, Message = "Segment of {Stream} dropped because memory and spool are full: {Rows} rows are lost")]
    private static partial void LogOverflow(ILogger log, StreamId stream, int rows);
}
