using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Segments;

namespace Ingester.Storage.Uploads;

/// <summary>
/// The rows of one object of a journal while its minute lasts. Their text is outside the collected heap: the coverage of ten thousand streams comes within a second
/// and stays until the minute is over, so that the garbage collector would move all of it.
/// </summary>
internal sealed class JournalPart
{
    private readonly List<Range> lines = []; // where they stand in the text
    private readonly Dictionary<CoverageSubject, int> subjects = [];
    private Chunk text = Chunk.None;
    private int used;
    private long minute = long.MinValue;
    private int part = 1;

    /// <summary>How many rows it holds.</summary>
    public int Count => lines.Count;

    /// <summary>How many bytes it holds, with those of rows that others have replaced.</summary>
    public long Bytes => used;

    /// <summary>True when it holds rows of a minute before this one.</summary>
    public bool MinuteIsOver(long now) => lines.Count > 0 && now > minute;

    /// <summary>Names the next rows by a minute; a clock that was set back stays in the last one, so that no name comes twice.</summary>
    public void OpenAt(long now)
    {
        if (now > minute)
            (minute, part) = (now, 1);
    }

    /// <summary>Adds a row of so many bytes, in place of the one with the same subject.</summary>
    public void Add(in JournalRow row, int size)
    {
        var line = Write(row.Line, size);
        if (row.Subject is { } subject && !subjects.TryAdd(subject, lines.Count))
            lines[subjects[subject]] = line;
        else
            lines.Add(line);
    }

    /// <summary>Moves the rows into a buffer and says what the object is called; the part is empty afterwards.</summary>
    public JournalName Take(Dataset dataset, string exchange, RowBuffer rows)
    {
        foreach (var line in lines)
            rows.Append(text.GetSpan()[line]);
        lines.Clear();
        subjects.Clear();
        ChunkPool.Shared.Return(text);
        (text, used) = (Chunk.None, 0);
        return new(dataset, exchange, minute, part++);
    }

    private Range Write(string line, int size)
    {
        if (text.Length - used < size)
            Grow(used + size);
        var written = Encoding.UTF8.GetBytes(line, text.GetSpan()[used..]);
        text.GetSpan()[used + written] = (byte)'\n';
        return new(used, used += size);
    }

    private void Grow(int size)
    {
        var larger = ChunkPool.Shared.Rent(Math.Max(size, 2 * text.Length));
        text.GetSpan()[..used].CopyTo(larger.GetSpan());
        if (text.Length > 0)
            ChunkPool.Shared.Return(text);
        text = larger;
    }
}
