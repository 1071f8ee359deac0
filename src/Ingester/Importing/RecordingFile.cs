using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Ingester.Errors;

namespace Ingester.Importing;

/// <summary>
/// Reads a recording: <c>*.ws.tsv[.gz]</c> (receive time, tab, frame), <c>*.ws.jsonl[.gz]</c> (frame), <c>*.wsbin.b64.tsv[.gz]</c> (receive time, tab,
/// base64 of a binary frame). One frame per line, at most <see cref="MaxLineBytes"/> bytes; the file is read as a stream.
/// </summary>
internal sealed class RecordingFile
{
    /// <summary>Maximum length of a line: 256 MiB.</summary>
    public const int MaxLineBytes = 256 << 20;

    private static readonly string[] Extensions = [".ws.tsv", ".ws.jsonl", ".wsbin.b64.tsv"];

    private readonly string path;
    private readonly string extension;

    /// <summary>Refers to a recording without opening it.</summary>
    /// <exception cref="CommandException">The file name has none of the extensions of a recording.</exception>
    public RecordingFile(string path)
    {
        this.path = path;
        var name = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;
        extension = Array.Find(Extensions, name.EndsWith)
            ?? throw new CommandException($"{path} is not a recording: its name must end in {string.Join(", ", Extensions)}, with or without .gz.");
        Stem = name[..^extension.Length];
    }

    /// <summary>The path without the extension: related files (<c>….rest.tsv</c>) begin with it.</summary>
    public string Stem { get; }

    /// <summary>True when each frame has its receive time.</summary>
    public bool HasTimes => extension != ".ws.jsonl";

    /// <summary>Reads all frames in batches; the batch is reused.</summary>
    /// <exception cref="CommandException">The file cannot be read or is damaged; the message contains the position. Frames before it were
    /// returned.</exception>
    public async IAsyncEnumerable<IReadOnlyList<RecordedFrame>> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var file = WithReadErrors(() => Open(path), 0);
        var buffer = new byte[1 << 18];
        var batch = new List<RecordedFrame>();
        var (kept, line, total) = (0, 0L, 0L);
        while (true)
        {
            if (kept == buffer.Length)
                Array.Resize(ref buffer, buffer.Length < MaxLineBytes ? buffer.Length * 2 : throw CreateLineTooLongException(line + 1));
            var read = await ReadChunkAsync(file, buffer.AsMemory(kept), line, cancel);
            var end = kept + read;
            total += read;
            batch.Clear();
            var start = 0;
            for (int length; (length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += length + 1, line++)
                AddFrame(buffer.AsMemory(start, length), batch);
            var whole = read > 0 || !path.EndsWith(".gz", StringComparison.Ordinal) || GzipFile.IsComplete(path, total);
            if (read == 0 && whole)
                AddFrame(buffer.AsMemory(start, end - start), batch);
            if (batch.Count > 0)
                yield return batch;
            if (!whole)
                throw CreateReadException(line, new InvalidDataException("the gzip file is truncated."));
            if (read == 0)
                yield break;
            kept = end - start;
            buffer.AsSpan(start, kept).CopyTo(buffer);
        }
    }

    /// <summary>Opens a file for reading, decompressed if its name ends in <c>.gz</c>.</summary>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan | FileOptions.Asynchronous);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Parses <c>seconds.fraction</c> as microseconds; null when the text is not such a number (samples have a label there).</summary>
    public static long? ParseTime(ReadOnlySpan<byte> text)
    {
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        if (!Utf8Parser.TryParse(whole, out long seconds, out var read) || read != whole.Length || seconds is < 0 or > 253_402_300_799)
            return null;
        long micros = 0;
        var fraction = point < 0 ? [] : text[(point + 1)..];
        for (var i = 0; i < 6; i++)
        {
            var digit = i < fraction.Length ? fraction[i] - '0' : 0;
            if (digit is < 0 or > 9)
                return null;
            micros = micros * 10 + digit;
        }

        return seconds * 1_000_000 + micros;
    }

    private void AddFrame(ReadOnlyMemory<byte> line, List<RecordedFrame> batch)
    {
        if (line.Length > 0 && line.Span[^1] == '\r')
            line = line[..^1];
        if (line.IsEmpty)
            return;
        var tab = HasTimes ? line.Span.IndexOf((byte)'\t') : -1;
        var text = line[(tab + 1)..];
        batch.Add(new(tab < 0 ? null : ParseTime(line.Span[..tab]), extension == ".wsbin.b64.tsv" ? FromBase64(text) : text));
    }

    /// <summary>Decodes base64; invalid base64 is returned as text, so that the frame is quarantined instead of lost.</summary>
    private static ReadOnlyMemory<byte> FromBase64(ReadOnlyMemory<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text.Span, bytes, out _, out var written) == OperationStatus.Done ? bytes.AsMemory(0, written) : text;
    }

    private CommandException CreateLineTooLongException(long line) => new($"{path}, line {line}: longer than {MaxLineBytes} bytes; this is not a recording.");

    private async ValueTask<int> ReadChunkAsync(Stream file, Memory<byte> buffer, long line, CancellationToken cancel)
    {
        try
        {
            return await file.ReadAsync(buffer, cancel);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw CreateReadException(line, error);
        }
    }

    private TResult WithReadErrors<TResult>(Func<TResult> read, long line)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CreateReadException(line, error);
        }
    }

    private CommandException CreateReadException(long line, Exception error) => new(
        line == 0 ? $"{path} cannot be read: {error.Message}" : $"{path} cannot be read beyond line {line}: {error.Message}", error)
    {
        ExitCode = ExitCodes.Failed,
    };
}
