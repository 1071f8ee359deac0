using System.Buffers;
using System.Text;
using System.Text.Json;
using Ingester.Core.Live;
using Ingester.Schemas;

namespace Ingester.Live;

/// <summary>
/// The text that one client receives: JSON lines in WebSocket messages, or one server-sent event for each line. Only the lines of the streams that the
/// client has chosen are included.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="isEvents">True for server-sent events.</param>
internal sealed class LiveText(LiveClient client, bool isEvents)
{
    private readonly ArrayBufferWriter<byte> buffer = new();

    private static ReadOnlySpan<byte> EventStart => "data: "u8;

    private static ReadOnlySpan<byte> IdleComment => ": idle\n\n"u8;

    private static ReadOnlySpan<byte> LineEnd => "\n"u8;

    /// <summary>The lines of a batch. Like all results, it is valid until the next call.</summary>
    public ReadOnlyMemory<byte> Write(LiveBatch batch)
    {
        buffer.ResetWrittenCount();
        for (var first = 0; first < batch.Entries.Count;)
        {
            if (!client.IsListeningTo(batch.Entries[first].Stream))
            {
                first++;
                continue;
            }

            var end = first + 1;
            while (!isEvents && end < batch.Entries.Count && client.IsListeningTo(batch.Entries[end].Stream))
                end++;
            WriteLines(batch.GetText(first, end - first));
            first = end;
        }

        AppendMissed(batch.Losses);
        return buffer.WrittenMemory;
    }

    /// <summary>One mark for each stream of which the client missed lines.</summary>
    public ReadOnlyMemory<byte> WriteMissed(IReadOnlyDictionary<LiveStream, LiveLoss> missed)
    {
        buffer.ResetWrittenCount();
        AppendMissed(missed);
        return buffer.WrittenMemory;
    }

    /// <summary>The first line: <c>{"mark":"start","ts":…,"replica":"…","streams":…,"schema":"live-1"}</c>.</summary>
    public ReadOnlyMemory<byte> WriteStart(long micros, string replica)
    {
        buffer.ResetWrittenCount();
        WriteLines(Encoding.UTF8.GetBytes($"{{\"mark\":\"start\",\"ts\":{micros},\"replica\":\"{JsonEncodedText.Encode(replica)}\",\"streams\":{client.StreamCount},\"schema\":\"{OutputSchema.Live}\"}}\n"));
        return buffer.WrittenMemory;
    }

    /// <summary>True when an idle stream has a text that readers ignore.</summary>
    public bool HasIdleText => isEvents;

    /// <summary>A comment of server-sent events, which readers ignore: https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes.</summary>
    public ReadOnlyMemory<byte> WriteIdle()
    {
        buffer.ResetWrittenCount();
        buffer.Write(IdleComment);
        return buffer.WrittenMemory;
    }

    /// <summary>The last line when the recorder stops: <c>{"mark":"end","ts":…}</c>.</summary>
    public ReadOnlyMemory<byte> WriteEnd(long micros)
    {
        buffer.ResetWrittenCount();
        WriteLines(Encoding.UTF8.GetBytes($"{{\"mark\":\"end\",\"ts\":{micros}}}\n"));
        return buffer.WrittenMemory;
    }

    private void AppendMissed(IReadOnlyDictionary<LiveStream, LiveLoss> missed)
    {
        foreach (var (stream, loss) in missed)
            if (client.IsListeningTo(stream))
                WriteLines(stream.WriteMissed(loss));
    }

    /// <summary>Writes lines; of server-sent events one line at a time, whose line feed ends the field, and an empty line ends the event.</summary>
    private void WriteLines(ReadOnlySpan<byte> lines)
    {
        if (isEvents)
            buffer.Write(EventStart);
        buffer.Write(lines);
        if (isEvents)
            buffer.Write(LineEnd);
    }
}
