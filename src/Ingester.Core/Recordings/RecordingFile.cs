using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Ingester.Core.Raw;

namespace Ingester.Core.Recordings;

/// <summary>
/// Reads the messages of a recording, one per line, in any of these forms, each also with <c>.gz</c>: <c>*.ws.tsv</c> and <c>*.sent.tsv</c> with the columns
/// time and frame, or time, connection, kind (<c>t</c> text, <c>b</c> base64, <c>o</c> open, <c>c</c> close, <c>s</c> streams, <c>d</c> dropped, <c>f</c> format) and frame; <c>*.ws.jsonl</c> (frame);
/// <c>*.wsbin.b64.tsv</c> (time, base64 of a binary message). The first line decides between two and four columns.
/// </summary>
internal sealed class RecordingFile
{
    private static readonly string[] ReceivedExtensions = [".ws.tsv", ".ws.jsonl", ".wsbin.b64.tsv"];
    private static readonly string[] SentExtensions = [".sent.tsv"];

    private readonly string path;
    private readonly string extension;
    private readonly RecordingLines lines;

    /// <summary>Refers to a file of a recording without opening it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">The direction of its messages.</param>
    /// <exception cref="RecordingFileException">The file name has none of the extensions of this part.</exception>
    public RecordingFile(string path, RecordingPart part = RecordingPart.Received)
    {
        this.path = path;
        lines = new(path);
        var extensions = part == RecordingPart.Received ? ReceivedExtensions : SentExtensions;
        var name = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;
        extension = Array.Find(extensions, name.EndsWith)
            ?? throw new RecordingFileException($"{path} is not a recording: its name must end in {string.Join(", ", extensions)}, with or without .gz.");
        Stem = name[..^extension.Length];
    }

    /// <summary>True when a file holds received messages, by its name.</summary>
    public static bool IsReceivedName(string path) =>
        Array.Exists(ReceivedExtensions, extension => path.EndsWith(extension, StringComparison.Ordinal) || path.EndsWith(extension + ".gz", StringComparison.Ordinal));

    /// <summary>The path without the extension: related files (<c>….rest.tsv</c>) begin with it.</summary>
    public string Stem { get; }

    /// <summary>True when each frame has its time.</summary>
    public bool HasTimes => extension != ".ws.jsonl";

    /// <summary>Reads all entries in batches; the batch and its bytes are reused.</summary>
    /// <exception cref="RecordingFileException">
    /// The file cannot be read or is damaged; the message contains the position. Entries before it were returned.
    /// </exception>
    public async IAsyncEnumerable<IReadOnlyList<RecordedFrame>> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var batch = new List<RecordedFrame>();
        var number = 0L;
        bool? hasConnections = HasTimes && extension != ".wsbin.b64.tsv" ? null : false;
        await foreach (var part in lines.ReadAsync(cancel).ConfigureAwait(false))
        {
            batch.Clear();
            foreach (var line in part)
            {
                number++;
                if (line.IsEmpty)
                    continue;
                hasConnections ??= TryParseEntry(line, out _);
                var frame = hasConnections.Value ? ParseEntry(line, number) : ParseFrame(line);
                if (frame.Kind != RecordedFrameKind.Format)
                    batch.Add(frame);
                else if (RawFormat.FindProblem(frame.Bytes.Span) is { } problem)
                    throw lines.CreateFormatException(number, problem);
            }

            if (batch.Count > 0)
                yield return batch;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => path;

    private RecordedFrame ParseEntry(ReadOnlyMemory<byte> line, long number) => TryParseEntry(line, out var frame)
        ? frame
        : throw lines.CreateFormatException(number, "the columns are not seconds, connection, kind (t, b, o, c, s, d or f) and frame.");

    private RecordedFrame ParseFrame(ReadOnlyMemory<byte> line)
    {
        var tab = HasTimes ? line.Span.IndexOf((byte)'\t') : -1;
        var text = line[(tab + 1)..];
        long? micros = tab < 0 ? null : RecordingTime.Parse(line.Span[..tab]);
        return extension == ".wsbin.b64.tsv"
            ? new(micros, 0, RecordedFrameKind.Binary, FromBase64(text) ?? text) // invalid base64 is returned as text, so that it is quarantined instead of lost
            : new(micros, 0, RecordedFrameKind.Text, text);
    }

    private static bool TryParseEntry(ReadOnlyMemory<byte> line, out RecordedFrame frame)
    {
        frame = default;
        Span<Range> columns = stackalloc Range[4];
        if (SplitColumns(line.Span, columns) < columns.Length || RecordingTime.Parse(line.Span[columns[0]]) is not { } micros)
            return false;
        var number = line.Span[columns[1]];
        if (!Utf8Parser.TryParse(number, out long connection, out var read) || read != number.Length || KindOf(line.Span[columns[2]]) is not { } kind)
            return false;
        var bytes = line[columns[3]];
        if (kind == RecordedFrameKind.Binary)
        {
            if (FromBase64(bytes) is not { } decoded)
                return false;
            bytes = decoded;
        }

        frame = new(micros, connection, kind, bytes);
        return true;
    }

    /// <summary>Splits a line at its first tabs; the last column may contain more of them.</summary>
    private static int SplitColumns(ReadOnlySpan<byte> line, Span<Range> columns)
    {
        var (count, start) = (0, 0);
        while (count < columns.Length - 1 && line[start..].IndexOf((byte)'\t') is >= 0 and var length)
        {
            columns[count++] = start..(start + length);
            start += length + 1;
        }

        columns[count++] = start..line.Length;
        return count;
    }

    private static RecordedFrameKind? KindOf(ReadOnlySpan<byte> letter) => letter switch
    {
        [(byte)'t'] => RecordedFrameKind.Text,
        [(byte)'b'] => RecordedFrameKind.Binary,
        [(byte)'o'] => RecordedFrameKind.Open,
        [(byte)'c'] => RecordedFrameKind.Close,
        [(byte)'s'] => RecordedFrameKind.Streams,
        [(byte)'d'] => RecordedFrameKind.Dropped,
        [(byte)'f'] => RecordedFrameKind.Format,
        _ => null,
    };

    private static ReadOnlyMemory<byte>? FromBase64(ReadOnlyMemory<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text.Span, bytes, out _, out var written) == OperationStatus.Done ? bytes.AsMemory(0, written) : (ReadOnlyMemory<byte>?)null; // without the cast, null is an empty memory
    }
}
