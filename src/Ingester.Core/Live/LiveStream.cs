using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Live;

/// <summary>
/// One stream in the live stream. The recorder of the stream publishes the rows and marks in their order, under the lock of its lane. While no client
/// listens to the stream, nothing is copied or allocated.
/// </summary>
/// <param name="id">The stream.</param>
/// <param name="index">The number of the stream in the hub, from zero.</param>
/// <param name="intake">Collects the lines.</param>
internal sealed class LiveStream(StreamId id, int index, LiveIntake intake)
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly byte[] rowStart = WriteStart(id, ",\"row\":");
    private readonly byte[] detachedStart = WriteStart(id, ",\"detached\":true,\"row\":");
    private readonly byte[] markStart = WriteStart(id, ",\"mark\":");
    private int clients;

    /// <summary>The stream.</summary>
    public StreamId Id => id;

    /// <summary>The number of the stream in the hub, from zero.</summary>
    public int Index => index;

    /// <summary>The snapshots of the market; null unless this is a stream of diffs.</summary>
    public LiveStream? Snapshots { get; init; }

    /// <summary>True while a client listens to the stream.</summary>
    public bool IsListened => Volatile.Read(ref clients) > 0;

    /// <summary>Publishes a row: <c>{"exchange":…,"pair":…,"dataset":…,"row":{…}}</c>, as <c>ingester replay</c> prints it.</summary>
    /// <param name="row">The stored row, without or with its line feed.</param>
    /// <param name="range">Its ids; null when it has none.</param>
    /// <param name="micros">Its exchange time, microseconds UTC.</param>
    /// <param name="isDetached">True for a row that is stored outside the order of the stream: late, repeated, or fetched over REST. It has <c>"detached":true</c>.</param>
    public void PublishRow(ReadOnlySpan<byte> row, SequenceRange? range, long micros, bool isDetached = false)
    {
        if (IsListened)
            intake.Append(this, new(isDetached ? detachedStart : rowStart, row.TrimEnd((byte)'\n'), new(1, 0, micros, micros, range)));
    }

    /// <summary>
    /// Publishes a gap, a reset, a conflict, or that a gap was closed: <c>{…,"mark":"gap","ts":…,"to":…,"after":…,"upto":…,"cause":"…"}</c>, without ids if they are not known.
    /// </summary>
    public void PublishGap(GapRow gap)
    {
        if (!IsListened)
            return;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStringValue(MarkName(gap.Cause));
            WriteSpan(json, gap.FromMicros, gap.ToMicros, gap.Range);
            json.WriteString("cause"u8, gap.CauseName);
        }

        PublishMark(buffer.WrittenSpan, gap.FromMicros, gap.ToMicros);
    }

    /// <summary>Publishes that a snapshot of the book is stored: <c>{…,"mark":"snapshot","ts":…,"upto":…}</c>, without <c>upto</c> if it has no id.</summary>
    public void PublishSnapshot(long micros, long? lastId)
    {
        if (!IsListened)
            return;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStringValue("snapshot"u8);
            json.WriteNumber("ts"u8, micros);
            if (lastId is { } id)
                json.WriteNumber("upto"u8, id);
        }

        PublishMark(buffer.WrittenSpan, micros, micros);
    }

    /// <summary>
    /// The line that states what a client did not receive: <c>{…,"mark":"missed","ts":…,"to":…,"after":…,"upto":…,"rows":…,"marks":…}</c>, without ids if the rows have none.
    /// </summary>
    public byte[] WriteMissed(in LiveLoss loss)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStringValue("missed"u8);
            WriteSpan(json, loss.FromMicros, loss.ToMicros, loss.Range);
            json.WriteNumber("rows"u8, loss.Rows);
            json.WriteNumber("marks"u8, loss.Marks);
        }

        var line = new LiveLineParts(markStart, buffer.WrittenSpan, loss);
        var bytes = new byte[line.Length];
        line.CopyTo(bytes);
        return bytes;
    }

    /// <summary>A client begins to listen.</summary>
    public void AddClient() => Interlocked.Increment(ref clients);

    /// <summary>A client has ended.</summary>
    public void RemoveClient() => Interlocked.Decrement(ref clients);

    private void PublishMark(ReadOnlySpan<byte> fields, long from, long to) => intake.Append(this, new(markStart, fields, new(0, 1, from, to, null)));

    private static string MarkName(GapCause cause) => cause switch
    {
        GapCause.Reset => "reset",
        GapCause.Conflict => "conflict",
        GapCause.Late or GapCause.Backfill or GapCause.Archive or GapCause.Snapshot => "closed",
        _ => "gap",
    };

    private static void WriteSpan(Utf8JsonWriter json, long from, long to, SequenceRange? ids)
    {
        json.WriteNumber("ts"u8, from);
        json.WriteNumber("to"u8, to);
        if (ids is not { } range)
            return;
        json.WriteNumber("after"u8, range.After);
        json.WriteNumber("upto"u8, range.UpTo);
    }

    private static byte[] WriteStart(StreamId stream, string next)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("exchange"u8, stream.Exchange);
            json.WriteString("pair"u8, stream.Market);
            json.WriteString("dataset"u8, stream.Dataset.Name());
        }

        return [.. buffer.WrittenSpan, .. System.Text.Encoding.UTF8.GetBytes(next)];
    }
}
