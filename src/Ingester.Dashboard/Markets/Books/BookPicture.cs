using Ingester.Reading.Books;

namespace Ingester.Dashboard.Markets.Books;

/// <summary>The book of a market at a moment.</summary>
public sealed record BookPicture
{
    /// <summary>The moment, microseconds UTC: the book contains the diffs up to and including this time.</summary>
    public required long AtMicros { get; init; }

    /// <summary>Whether the book is proven. An unknown book has no levels.</summary>
    public required BookProof Proof { get; init; }

    /// <summary>The reason, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>True for a book that follows the live stream of a recorder.</summary>
    public bool IsLive { get; init; }

    /// <summary>The bids.</summary>
    public required LadderSide Bids { get; init; }

    /// <summary>The asks.</summary>
    public required LadderSide Asks { get; init; }

    /// <summary>Best ask less best bid; null if a side is empty.</summary>
    public string? Spread { get; init; }

    /// <summary>True when the best bid is at or above the best ask: the book is wrong.</summary>
    public bool IsCrossed { get; init; }

    /// <summary>The snapshot that the book starts from; null if there is none.</summary>
    public BookSnapshot? Snapshot { get; init; }

    /// <summary>Number of diffs that were applied to the snapshot.</summary>
    public long Changes { get; init; }

    /// <summary>Time of the last diff, or of the snapshot, microseconds UTC; zero if there is none.</summary>
    public long LastMicros { get; init; }

    /// <summary>The last id that the book contains; null when the exchange has no sequence ids.</summary>
    public long? UpTo { get; init; }

    /// <summary>One sentence for each object that could not be used.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}
