using System.Buffers;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Truth;

/// <summary>
/// The truth of one stream: counters always, rows if enabled. Rows are stored as bytes from the first subscription on; events before it are only
/// counted. With a file, only rows that are not written yet are in memory.
/// </summary>
internal sealed class StreamTruth : IDisposable
{
    private const int FlushThreshold = 16_384;
    private readonly RowBuffer lines = new();

    /// <summary>The file for rows; null keeps them in memory.</summary>
    public string? FilePath { get; set; }

    /// <summary>True once there was a subscription: from then on rows are stored.</summary>
    public bool HasBeenSubscribed { get; set; }

    /// <summary>Number of generated events.</summary>
    public long Rows { get; private set; }

    /// <summary>Number of events that were queued to at least one connection.</summary>
    public long Sent { get; private set; }

    /// <summary>The first id, or the first time if the stream has no sequence.</summary>
    public long? First { get; private set; }

    /// <summary>The last id, or the last time if the stream has no sequence.</summary>
    public long? Last { get; private set; }

    /// <summary>Counts an event.</summary>
    public void CountEvent(SequenceRange? range, long micros, bool sent)
    {
        Rows++;
        Sent += sent ? 1 : 0;
        Last = range?.UpTo ?? micros;
        First ??= Last;
    }

    /// <summary>Adds a line.</summary>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        lines.Write(line);
        if (FilePath is not null && lines.Length >= FlushThreshold)
            Flush();
    }

    /// <summary>All lines so far.</summary>
    public byte[] ReadLines()
    {
        if (FilePath is null)
            return Copy();
        Flush();
        return System.IO.File.Exists(FilePath) ? System.IO.File.ReadAllBytes(FilePath) : [];
    }

    /// <summary>Flushes to the file and releases the memory.</summary>
    public void Dispose()
    {
        if (FilePath is not null)
            Flush();
        lines.Dispose();
    }

    private byte[] Copy()
    {
        var copy = new byte[lines.Length];
        var at = 0;
        foreach (var chunk in lines.Chunks)
        {
            chunk.CopyTo(copy.AsMemory(at));
            at += chunk.Length;
        }

        return copy;
    }

    private void Flush()
    {
        if (lines.Length == 0)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath!)!);
        using var file = new FileStream(FilePath!, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (var chunk in lines.Chunks)
            file.Write(chunk.Span);
        lines.Dispose();
    }
}
