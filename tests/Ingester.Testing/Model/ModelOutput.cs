using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Proof;
using Ingester.Storage.Compression;

namespace Ingester.Testing.Model;

/// <summary>The store of one replica: objects by key, with keys built like those of the real store, and the lines of its journals.</summary>
internal sealed class ModelOutput(ModelClock clock) : ISegmentOutput
{
    /// <summary>The number of the process that writes now.</summary>
    public int Process { get; set; }

    /// <summary>Marks the process as killed: its later output is discarded.</summary>
    public bool Killed { get; set; }

    /// <summary>The stored objects, in the order of their writes.</summary>
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
