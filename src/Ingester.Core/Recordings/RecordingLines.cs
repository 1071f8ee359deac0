using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Ingester.Core.Recordings;

/// <summary>Reads the lines of a file of a recording as a stream. A line has at most <see cref="MaxLineBytes"/> bytes.</summary>
/// <param name="path">The file; decompressed if its name ends in <c>.gz</c>.</param>
internal sealed class RecordingLines(string path)
{
    /// <summary>Maximum length of a line: 256 MiB.</summary>
    public const int MaxLineBytes = 256 << 20;

    private const int InitialBufferBytes = 1 << 18;

    private bool IsCompressed => path.EndsWith(".gz", StringComparison.Ordinal);

    /// <summary>Opens a file for reading, decompressed if its name ends in <c>.gz</c>.</summary>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan | FileOptions.Asynchronous);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    /// <summary>Reads all lines in batches, without their line breaks. The batch and its bytes are reused.</summary>
    /// <exception cref="RecordingFileException">The file cannot be read or is damaged; the message contains the position. Lines before it were returned.</exception>
    public async IAsyncEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using var file = OpenOrThrow();
        var buffer = new byte[InitialBufferBytes];
        var batch = new List<ReadOnlyMemory<byte>>();
        var (kept, line, total) = (0, 0L, 0L);
        while (true)
        {
            if (kept == buffer.Length)
                Array.Resize(ref buffer, buffer.Length < MaxLineBytes ? buffer.Length * 2 : throw CreateLineTooLongException(line + 1));
            var read = await ReadChunkAsync(file, buffer.AsMemory(kept), line, cancel).ConfigureAwait(false);
            var end = kept + read;
            total += read;
            batch.Clear();
            var start = 0;
            for (int length; (length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += length + 1, line++)
                batch.Add(WithoutReturn(buffer.AsMemory(start, length)));
            var whole = read > 0 || !IsCompressed || GzipFile.IsComplete(path, total);
            if (read == 0 && whole && end > start)
                batch.Add(WithoutReturn(buffer.AsMemory(start, end - start)));
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

    /// <summary>The exception for a line that violates the format.</summary>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="problem">What is wrong, as a sentence without a capital.</param>
    public RecordingFileException CreateFormatException(long line, string problem) => new($"{path}, line {line}: {problem}") { IsReadError = true };

    private static ReadOnlyMemory<byte> WithoutReturn(ReadOnlyMemory<byte> line) => line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;

    private Stream OpenOrThrow()
    {
        try
        {
            return Open(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CreateReadException(0, error);
        }
    }

    private async ValueTask<int> ReadChunkAsync(Stream file, Memory<byte> buffer, long line, CancellationToken cancel)
    {
        try
        {
            return await file.ReadAsync(buffer, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            throw CreateReadException(line, error);
        }
    }

    private RecordingFileException CreateLineTooLongException(long line) => new($"{path}, line {line}: longer than {MaxLineBytes} bytes; this is not a recording.");

    private RecordingFileException CreateReadException(long line, Exception error) => new(
        line == 0 ? $"{path} cannot be read: {error.Message}" : $"{path} cannot be read beyond line {line}: {error.Message}", error)
    {
        IsReadError = true,
    };
}
