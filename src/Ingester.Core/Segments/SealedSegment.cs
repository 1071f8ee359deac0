using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Segments;

/// <summary>
/// A complete segment, which becomes one object. The receiver owns its rows and disposes them.
/// </summary>
internal readonly record struct SealedSegment
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The window of all its events.</summary>
    public required Window Window { get; init; }

    /// <summary>The contiguous sequence range of its events; null when the exchange has no sequence per market.</summary>
    public required SequenceRange? Range { get; init; }

    /// <summary>True when it is proven to hold its complete window; false for a fragment.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The grade of <see cref="IsWhole"/>; <see cref="ProofGrade.None"/> for a fragment.</summary>
    public ProofGrade Grade { get; init; }

    /// <summary>Number of rows; never zero.</summary>
    public required int Count { get; init; }

    /// <summary>The rows (JSON lines) that are not compressed yet.</summary>
    public required RowBuffer Rows { get; init; }

    /// <summary>The earlier rows, already compressed; null for none.</summary>
    public CompressedRows? CompressedRows { get; init; }

    /// <summary>Whether other replicas must store the same bytes under the same key.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>Its coverage line, which is marked once when the store has the segment.</summary>
    public CoverageLine? Coverage { get; init; }
}

/// <summary>A snapshot of a book. It becomes one object, which only this replica writes.</summary>
internal sealed record SealedSnapshot
{
    /// <summary>The depth stream of the book; the dataset of the object is <see cref="Dataset.Snapshots"/>.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>Exchange time of the snapshot, microseconds UTC.</summary>
    public required long Micros { get; init; }

    /// <summary>The last id of the exchange's sequence that the snapshot contains; null when there is none.</summary>
    public required long? LastId { get; init; }

    /// <summary>The row, one JSON line.</summary>
    public required RowBuffer Rows { get; init; }
}

/// <summary>One row of a journal: a dataset that each replica writes for itself (gaps, coverage, quarantine).</summary>
/// <param name="Dataset">Gaps, coverage or quarantine.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Line">The row as JSON, without the line end.</param>
/// <param name="Subject">A later row with the same key within the same object replaces the earlier one; null for rows that are all kept.</param>
internal readonly record struct JournalRow(Dataset Dataset, string Exchange, string Line, CoverageKey? Subject = null);

/// <summary>Receives sealed segments. It is called from receive loops and must not block.</summary>
internal interface ISegmentOutput
{
    /// <summary>Adds a sealed segment; returns false when it is full, and then the caller still owns the segment.</summary>
    bool TryAdd(SealedSegment segment);

    /// <summary>Adds a snapshot; returns false when it is full, and then the caller still owns the snapshot.</summary>
    bool TryAdd(SealedSnapshot book);

    /// <summary>Adds a journal row.</summary>
    void Add(in JournalRow row);
}
