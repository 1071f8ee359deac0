using Ingester.Core.Exchanges;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Recording.Snapshots;

namespace Ingester.Recording.Lanes;

/// <summary>
/// Writes the snapshots that one connection sends. One without an exchange time waits for its market's next diff, see <see
/// cref="UntimedSnapshot"/>.
/// </summary>
/// <param name="lane">The streams of the lane.</param>
/// <param name="clock">The clock of the connection.</param>
internal sealed class SnapshotWriter(LaneStreams lane, ConnectionClock clock)
{
    private readonly List<UntimedSnapshot> untimed = [];
    private readonly long grace = Micros.From(lane.Context.Options.Grace);

    /// <summary>The reason of a snapshot from a connection that joins another one during a handover.</summary>
    public static ReadOnlySpan<byte> HandoverReason => "rotation"u8;

    /// <summary>True while a snapshot waits for a time.</summary>
    public bool HasUntimed => untimed.Count > 0;

    /// <summary>Writes a snapshot, or keeps it until its time is known.</summary>
    public void Add(StreamRecorder stream, in DepthEvent snapshot, ReadOnlySpan<byte> reason)
    {
        if (snapshot.Micros is { } time)
        {
            TryWrite(stream, snapshot, time, reason);
            return;
        }

        untimed.RemoveAll(older => older.Stream == stream); // no diff came between them
        untimed.Add(new(stream, snapshot, reason) { ExchangeTimeOnArrival = Math.Max(clock.ExchangeTime, clock.LastExchangeTime), LocalTimeOnArrival = clock.LocalTime });
    }

    /// <summary>True while a snapshot of the stream waits for a time.</summary>
    public bool IsWaiting(StreamRecorder stream)
    {
        foreach (var waiting in untimed)
            if (waiting.Stream == stream)
                return true;
        return false;
    }

    /// <summary>Writes the snapshot that waits for the stream's next diff, with the time of that diff.</summary>
    public void WriteBefore(StreamRecorder stream, long micros)
    {
        for (var i = untimed.Count - 1; i >= 0; i--)
            if (untimed[i].Stream == stream)
                WriteAt(i, micros, quiet: false);
    }

    /// <summary>Writes the snapshots of markets that have been quiet for long enough.</summary>
    public void WriteQuiet()
    {
        for (var i = untimed.Count - 1; i >= 0; i--)
            if (untimed[i].TimeWhenQuiet(clock.ExchangeTime, grace) is { } micros)
                WriteAt(i, micros, quiet: true);
    }

    /// <summary>
    /// Writes the remaining untimed snapshots, at the end of the connection or of one stream, with the present exchange time; an
    /// earlier time would be wrong. A snapshot for a handover that did not happen is dropped.
    /// </summary>
    /// <param name="only">The stream that ends; null when the connection ends.</param>
    public void Flush(StreamRecorder? only = null)
    {
        for (var i = untimed.Count - 1; i >= 0; i--)
            if ((only is null || untimed[i].Stream == only) && !untimed[i].Reason.SequenceEqual(HandoverReason))
                WriteAt(i, Micros.Now(lane.Clock) - clock.Lag, quiet: true);
        untimed.RemoveAll(snapshot => only is null || snapshot.Stream == only);
    }

    /// <summary>Writes a snapshot; false when it was dropped.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="micros">The time with which it is stored, microseconds UTC.</param>
    /// <param name="reason">Why the exchange sent it.</param>
    /// <param name="quiet">True when no event was received between the snapshot and that time.</param>
    /// <param name="received">The local time when it was received, microseconds UTC; null for now.</param>
    public bool TryWrite(StreamRecorder stream, in DepthEvent snapshot, long micros, ReadOnlySpan<byte> reason, bool quiet = false, long? received = null)
    {
        var rows = new RowBuffer();
        RowWriter.WriteSnapshot(rows, snapshot, micros, reason);
        long? recorded = lane.Context.RecordsArrivals ? received ?? clock.LocalTime : null;
        if (lane.Context.TryAdd(new() { Stream = stream.Stream, Micros = micros, LastId = snapshot.Range?.UpTo, ReceivedMicros = recorded, Rows = rows }))
        {
            stream.SnapshotStored(micros, begins: !reason.SequenceEqual(HandoverReason), quiet);
            return true;
        }

        rows.Dispose();
        lane.Events.SnapshotDropped(stream.Stream);
        return false;
    }

    private void WriteAt(int index, long micros, bool quiet)
    {
        var snapshot = untimed[index];
        untimed.RemoveAt(index);
        TryWrite(snapshot.Stream, snapshot.ToEvent(), micros, snapshot.Reason, quiet, snapshot.LocalTimeOnArrival);
    }
}
