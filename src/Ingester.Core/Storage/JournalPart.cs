using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Storage;

/// <summary>The rows of one object of a journal while its minute lasts.</summary>
internal sealed class JournalPart
{
    private readonly List<string> lines = [];
    private readonly Dictionary<CoverageSubject, int> subjects = [];
    private long minute = long.MinValue;
    private int part = 1;

    /// <summary>How many rows it holds.</summary>
    public int Count => lines.Count;

    /// <summary>How many bytes they will be.</summary>
    public long Bytes { get; private set; }

    /// <summary>True when it holds rows of a minute before this one.</summary>
    public bool MinuteIsOver(long now) => lines.Count > 0 && now > minute;

    /// <summary>Names the next rows by a minute; a clock that was set back stays in the last one, so that no name comes twice.</summary>
    public void OpenAt(long now)
    {
        if (now > minute)
            (minute, part) = (now, 1);
    }

    /// <summary>Adds a row, in place of the one with the same subject; returns how many bytes more are held.</summary>
    public long Add(in JournalRow row, long size)
    {
        if (row.Subject is { } subject && !subjects.TryAdd(subject, lines.Count))
        {
            var place = subjects[subject];
            size -= Encoding.UTF8.GetByteCount(lines[place]) + 1L;
            lines[place] = row.Line;
        }
        else
        {
            lines.Add(row.Line);
        }

        Bytes += size;
        return size;
    }

    /// <summary>Moves the rows into a buffer and says what the object is called; the part is empty afterwards.</summary>
    public JournalName Take(Dataset dataset, string exchange, RowBuffer rows)
    {
        foreach (var line in lines)
        {
            var space = rows.GetSpan(Encoding.UTF8.GetByteCount(line) + 1);
            var written = Encoding.UTF8.GetBytes(line, space);
            space[written] = (byte)'\n';
            rows.Advance(written + 1);
        }

        lines.Clear();
        subjects.Clear();
        Bytes = 0;
        return new(dataset, exchange, minute, part++);
    }
}
