using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Ingester.Core.Time;

namespace Ingester.Paper.Journal;

/// <summary>
/// Writes the journal of a run. Lines of one minute of event time are one block, so that the blocks of a replay do not depend on when they were written. Not thread-safe.
/// </summary>
/// <param name="store">The journals.</param>
/// <param name="run">The run.</param>
internal sealed class JournalWriter(JournalStore store, string run) : IDisposable
{
    private readonly ArrayBufferWriter<byte> line = new();
    private JournalBlock? block;
    private string previous = JournalBlock.NoHash;
    private int next;

    /// <summary>The name of the run.</summary>
    public string Run => run;

    /// <summary>The hash in the footer of the last block that was written.</summary>
    public string Head => previous;

    /// <summary>Number of blocks that were written.</summary>
    public int Written { get; private set; }

    /// <summary>Number of blocks that existed with the same content: a replay has confirmed them.</summary>
    public int Confirmed { get; private set; }

    /// <summary>Adds a line: <c>{"ts":…,"kind":…,…}</c>.</summary>
    /// <param name="micros">Event time, microseconds UTC; never before that of the line before.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="fields">Writes the further fields.</param>
    /// <param name="cancellation">Cancels the write of the block before.</param>
    /// <exception cref="JournalException">Another instance has written the block.</exception>
    public async ValueTask AppendAsync(long micros, string kind, Action<Utf8JsonWriter> fields, CancellationToken cancellation)
    {
        var minute = Window.Containing(micros, 1).StartMicros;
        if (block is not null && block.Micros != minute)
            await FlushAsync(cancellation);
        block ??= new(run, next, previous, minute);
        line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("ts", micros);
            json.WriteString("kind", kind);
            fields(json);
            json.WriteEndObject();
        }

        block.Add(line.WrittenSpan);
    }

    /// <summary>Writes the block that is open, if any.</summary>
    /// <exception cref="JournalException">Another instance has written the block.</exception>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        if (block is not { } open)
            return;
        var head = open.Seal();
        if (await store.WriteAsync(run, open, cancellation))
            Written++;
        else
            Confirmed++;
        (previous, next, block) = (head, next + 1, null);
        open.Dispose();
    }

    /// <summary>Text of a decimal in the journal: exact, without an exponent.</summary>
    public static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => block?.Dispose();
}
