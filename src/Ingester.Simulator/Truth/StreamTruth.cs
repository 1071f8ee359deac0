using System.Buffers;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;

namespace Ingester.Simulator.Truth;

/// <summary>
/// What one stream said: numbers always, rows where they are kept. Rows are kept as bytes, from the first subscriber on: what nobody ever asked for
/// is only counted. With a file, memory holds no more than what is not yet written.
/// </summary>
internal sealed class StreamTruth : IDisposable
{
    private const int WriteAt = 16_384;
    private readonly RowBuffer lines = new();

    /// <summary>Where rows go; null keeps them in memory.</summary>
    public string? File { get; set; }

    /// <summary>True once someone has subscribed: from then on rows are kept.</summary>
    public bool Asked { get; set; }

    /// <summary>How many events were generated.</summary>
    public long Rows { get; private set; }

    /// <summary>How many of them were given to at least one connection.</summary>
    public long Sent { get; private set; }

    /// <summary>The first id, or time where there is no sequence.</summary>
    public long? First { get; private set; }

    /// <summary>The last id, or time where there is no sequence.</summary>
    public long? Last { get; private set; }

    /// <summary>Counts an event.</summary>
    public void Count(SequenceRange? range, long micros, bool sent)
    {
        Rows++;
        Sent += sent ? 1 : 0;
        Last = range?.UpTo ?? micros;
        First ??= Last;
    }

    /// <summary>Keeps a line.</summary>
    public void Keep(ReadOnlySpan<byte> line)
    {
        lines.Write(line);
        if (File is not null && lines.Length >= WriteAt)
            Flush();
    }

    /// <summary>Every line kept so far.</summary>
    public byte[] Read()
    {
        if (File is null)
            return Copy();
        Flush();
        return System.IO.File.Exists(File) ? System.IO.File.ReadAllBytes(File) : [];
    }

    /// <summary>Writes what is not yet in the file, and gives the memory back.</summary>
    public void Dispose()
    {
        if (File is not null)
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
        Directory.CreateDirectory(Path.GetDirectoryName(File!)!);
        using var file = new FileStream(File!, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        foreach (var chunk in lines.Chunks)
            file.Write(chunk.Span);
        lines.Dispose();
    }
}
