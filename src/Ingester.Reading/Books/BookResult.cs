using Ingester.Core.Books;

namespace Ingester.Reading.Books;

/// <summary>The book of a market at a given time, or the reason why it is not known.</summary>
public sealed record BookResult
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required string Market { get; init; }

    /// <summary>The requested time, microseconds UTC. The book contains the diffs up to and including this time.</summary>
    public required long AtMicros { get; init; }

    /// <summary>Whether the book is proven.</summary>
    public required BookProof Proof { get; init; }

    /// <summary>The reason, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The snapshot that the book starts from; null when there is none.</summary>
    public BookSnapshot? Snapshot { get; init; }

    /// <summary>Number of diffs that were applied to the snapshot.</summary>
    public long Changes { get; init; }

    /// <summary>Time of the last applied diff, or of the snapshot when there is none.</summary>
    public long LastMicros { get; init; }

    /// <summary>The last id that the book contains; null when the exchange has no sequence ids.</summary>
    public long? UpTo { get; init; }

    /// <summary>The bids, best first.</summary>
    public IReadOnlyList<BookLevel> Bids { get; init; } = [];

    /// <summary>The asks, best first.</summary>
    public IReadOnlyList<BookLevel> Asks { get; init; } = [];

    /// <summary>Below this price the book contains only bids that changed since the snapshot. Null when all bids are known.</summary>
    public ExactDecimal? BidHorizon { get; init; }

    /// <summary>Above this price the book contains only asks that changed since the snapshot. Null when all asks are known.</summary>
    public ExactDecimal? AskHorizon { get; init; }

    /// <summary>True when the best bid is at or above the best ask.</summary>
    public bool IsCrossed { get; init; }

    /// <summary>One sentence for each object that could not be used.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>True when the store did not return one of these objects: it may contain data that the result lacks.</summary>
    public bool IsStoreFailure { get; init; }
}
