using System.IO.Compression;
using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Core.Segments;

/// <summary>Keeps what streams hand over, rows as text.</summary>
internal sealed class CollectingOutput : ISegmentOutput
{
    public List<(SealedSegment Segment, string Rows)> Segments { get; } = [];

    public List<(SealedSnapshot Book, string Row)> Books { get; } = [];

    public List<JournalRow> Journal { get; } = [];

    public bool Full { get; set; }

    public IEnumerable<(SealedSegment Segment, string Rows)> Whole => Segments.Where(s => s.Segment.IsWhole);

    public IEnumerable<string> Lines(Dataset dataset) => Journal.Where(row => row.Dataset == dataset).Select(row => row.Line);

    public CoverageJournal Coverage => field ??= new(this);

    public bool TryAdd(SealedSegment segment)
    {
        if (Full)
            return false;
        using var packed = segment.CompressedRows?.BuildBody(segment.Rows);
        Segments.Add((segment, packed is null ? Text(segment.Rows) : new StreamReader(new GZipStream(new RowBufferReadStream(packed), CompressionMode.Decompress)).ReadToEnd()));
        segment.Rows.Dispose();
        segment.CompressedRows?.Dispose();
        return true;
    }

    public bool TryAdd(SealedSnapshot book)
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
