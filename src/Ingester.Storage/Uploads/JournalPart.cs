using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;

namespace Ingester.Storage.Uploads;

/// <summary>
/// The rows of one journal object until its minute ends. The text is in unmanaged memory: coverage rows of ten thousand streams arrive within a
/// second and stay until the minute ends, and the garbage collector would have to move all of them.
/// </summary>
internal sealed class JournalPart
{
    private readonly List<Range> rowRanges = []; // ranges of the rows in the text
    private readonly Dictionary<CoverageKey, int> subjects = [];
    private Chunk text = Chunk.None;
    private int used;
    private long minute = long.MinValue;
    private int number = 1;

    /// <summary>Number of rows.</summary>
    public int RowCount => rowRanges.Count;

    /// <summary>Number of bytes, including rows that were replaced by later ones.</summary>
    public long Bytes => used;

    /// <summary>True when the part has rows and their minute is before the given one.</summary>
    public bool HasFinishedMinute(long now) => rowRanges.Count > 0 && now > minute;

    /// <summary>Sets the minute for the next rows. If the clock was set back, the last minute is kept, so that no key is used twice.</summary>
    public void AdvanceTo(long now)
    {
        if (now > minute)
            (minute, number) = (now, 1);
    }

    /// <summary>Adds a row of the given size. It replaces an earlier row with the same subject.</summary>
    public void Add(in JournalRow row, int size)
    {
        var line = Write(row.Line, size);
        if (row.Subject is { } subject && !subjects.TryAdd(subject, rowRanges.Count))
            rowRanges[subjects[subject]] = line;
        else
            rowRanges.Add(line);
    }

    /// <summary>Moves the rows into a buffer and returns the identity of the object. The part is empty afterwards.</summary>
    public JournalPartId MoveTo(Dataset dataset, string exchange, RowBuffer rows)
    {
        foreach (var line in rowRanges)
            if (rows.Length == 0)
                JournalFormat.WriteFirstRow(rows, text.GetSpan()[line]);
            else
                rows.Append(text.GetSpan()[line]);
        rowRanges.Clear();
        subjects.Clear();
        ChunkPool.Shared.Return(text);
        (text, used) = (Chunk.None, 0);
        return new(dataset, exchange, minute, number++);
    }

    private Range Write(string line, int size)
    {
        if (text.Capacity - used < size)
            Grow(used + size);
        var written = Encoding.UTF8.GetBytes(line, text.GetSpan()[used..]);
        text.GetSpan()[used + written] = (byte)'\n';
        return new(used, used += size);
    }

    private void Grow(int size)
    {
        var larger = ChunkPool.Shared.Rent(Math.Max(size, 2 * text.Capacity));
        text.GetSpan()[..used].CopyTo(larger.GetSpan());
        if (text.Capacity > 0)
            ChunkPool.Shared.Return(text);
        text = larger;
    }
}
