using Ingester.Core.Journals;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Output;

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

    /// <summary>
    /// When its events were received; null when that is not recorded. With ids these may be only the events that no earlier fragment of the segment had;
    /// without ids they are all rows in their order. The receiver owns it and disposes it.
    /// </summary>
    public ReceiveTimes? Received { get; init; }

    /// <summary>Whether other replicas must store the same bytes under the same key.</summary>
    public required StreamIdentity Identity { get; init; }

    /// <summary>The published file that its rows were taken from; null for rows of the exchange's stream or REST API.</summary>
    public RowSource? Source { get; init; }

    /// <summary>Its coverage line, for the coverage journal.</summary>
    public CoverageLine? Coverage { get; init; }
}
