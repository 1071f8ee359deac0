using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// A segment that no event will be added to: it becomes one object. Whoever takes it owns its rows and disposes them.
/// </summary>
internal readonly record struct SealedSegment
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The window that all its events belong to.</summary>
    public required Window Window { get; init; }

    /// <summary>The sequence that its events cover without a hole; null where the exchange has no sequence per market.</summary>
    public required SequenceRange? Range { get; init; }

    /// <summary>True when it is proven to hold all of its window; false for a fragment.</summary>
    public required bool Whole { get; init; }

    /// <summary>How much <see cref="Whole"/> proves; <see cref="ProofGrade.None"/> for a fragment.</summary>
    public ProofGrade Grade { get; init; }

    /// <summary>How many rows it holds; never zero.</summary>
    public required int Count { get; init; }

    /// <summary>The rows, JSON lines, but for those that are packed.</summary>
    public required RowBuffer Rows { get; init; }

    /// <summary>The rows before them, packed already; null for none.</summary>
    public PackedRows? Packed { get; init; }

    /// <summary>Whether other replicas must have the same bytes under the same key.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>What coverage says of it: told once when the store has it.</summary>
    public CoverageLine? Coverage { get; init; }
}

/// <summary>A whole book at one moment: it becomes one object, which only this replica writes.</summary>
internal sealed record SealedBook
{
    /// <summary>The depth stream that the book belongs to; the dataset of the object is <see cref="Dataset.Snapshots"/>.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The book's time, microseconds UTC.</summary>
    public required long Micros { get; init; }

    /// <summary>The last id of the exchange's sequence that the book contains; null where there is none.</summary>
    public required long? UpTo { get; init; }

    /// <summary>The row, one JSON line.</summary>
    public required RowBuffer Rows { get; init; }
}

/// <summary>One row of a journal: a dataset that each replica writes for itself (gaps, coverage, quarantine).</summary>
/// <param name="Dataset">Gaps, coverage or quarantine.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Line">The row as JSON, without the line's end.</param>
/// <param name="Subject">A later row of the same subject within the same object replaces the earlier one; null for rows that all stay.</param>
internal readonly record struct JournalRow(Dataset Dataset, string Exchange, string Line, CoverageSubject? Subject = null);

/// <summary>Where segments go when they are sealed. Called from receive loops: it never waits.</summary>
internal interface ISegmentOutput
{
    /// <summary>Takes a sealed segment; false when there is no room for it, and then the caller still owns it.</summary>
    bool TryAdd(SealedSegment segment);

    /// <summary>Takes a whole book; false when there is no room for it, and then the caller still owns it.</summary>
    bool TryAdd(SealedBook book);

    /// <summary>Takes a journal row.</summary>
    void Add(in JournalRow row);
}
