using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Storage.Compression;

namespace Ingester.Testing.Model;

/// <summary>The store of one replica: objects by their keys, as the keys of the real one are built, and the lines of its journals.</summary>
internal sealed class ModelOutput(ModelClock clock) : ISegmentOutput
{
    /// <summary>Which process writes now.</summary>
    public int Process { get; set; }

    /// <summary>The process was killed: nothing that it passes on afterwards is stored or recorded.</summary>
    public bool Killed { get; set; }

    /// <summary>What is stored, in the order of storing.</summary>
    public List<StoredObject> Objects { get; } = [];

    /// <summary>The lines of journals, in their order.</summary>
    public List<JournalLine> Journal { get; } = [];

    /// <inheritdoc/>
    public CoverageJournal Coverage => field ??= new(this);

    /// <inheritdoc/>
    public bool TryAdd(SealedSegment segment)
    {
        if (Killed)
            return false;
        var text = Text(segment.Rows);
        var hash = segment.Range is null || segment.Coverage is not null ? RowCompression.Hash(segment.Rows) : "";
        Objects.Add(new(ObjectKey.Segment("", SegmentKey.Of(segment, hash)), Lines(text), segment.Grade, Process, clock.True));
        if (segment.Coverage is { } line)
            Coverage.MarkStored(line, hash);
        segment.Rows.Dispose();
        return true;
    }

    /// <inheritdoc/>
    public bool TryAdd(SealedSnapshot book)
    {
        if (Killed)
            return false;
        Objects.Add(new(ObjectKey.Snapshot("", book, "a"), Lines(Text(book.Rows)), ProofGrade.None, Process, clock.True));
        book.Rows.Dispose();
        return true;
    }

    /// <inheritdoc/>
    public void Add(in JournalRow row)
    {
        if (!Killed)
            Journal.Add(new(row.Dataset, row.Line, Process, clock.True));
    }

    private static string Text(RowBuffer rows)
    {
        var bytes = new byte[rows.Length];
        rows.CopyTo(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
