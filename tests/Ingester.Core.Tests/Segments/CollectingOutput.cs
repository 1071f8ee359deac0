using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Segments;

namespace Ingester.Core.Tests.Segments;

/// <summary>Keeps what streams hand over, rows as text.</summary>
internal sealed class CollectingOutput : ISegmentOutput
{
    public List<(SealedSegment Segment, string Rows)> Segments { get; } = [];

    public List<(SealedBook Book, string Row)> Books { get; } = [];

    public List<JournalRow> Journal { get; } = [];

    public bool Full { get; set; }

    public IEnumerable<(SealedSegment Segment, string Rows)> Whole => Segments.Where(s => s.Segment.Whole);

    public IEnumerable<string> Lines(Dataset dataset) => Journal.Where(row => row.Dataset == dataset).Select(row => row.Line);

    public bool TryAdd(SealedSegment segment)
    {
        if (Full)
            return false;
        Segments.Add((segment, Text(segment.Rows)));
        segment.Rows.Dispose();
        return true;
    }

    public bool TryAdd(SealedBook book)
    {
        if (Full)
            return false;
        Books.Add((book, Text(book.Rows)));
        book.Rows.Dispose();
        return true;
    }

    public void Add(in JournalRow row) => Journal.Add(row);

    private static string Text(RowBuffer rows) => string.Concat(rows.Chunks.Select(chunk => Encoding.UTF8.GetString(chunk.Span)));
}
