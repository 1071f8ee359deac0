using Ingester.Core.Books;

namespace Ingester.Reading.Books;

/// <summary>How far a rebuilt book can be believed.</summary>
public enum BookProof
{
    /// <summary>Nothing is missing between the whole book that it began with and its moment.</summary>
    Proven,

    /// <summary>Nothing is known to be missing, but it cannot be excluded.</summary>
    Unproven,

    /// <summary>The book is not known; there are no levels.</summary>
    Unknown,
}

/// <summary>The whole book that a rebuilt book began with.</summary>
/// <param name="Key">The object that holds it.</param>
/// <param name="Replica">The replica that took it.</param>
/// <param name="Micros">Its time, microseconds UTC.</param>
/// <param name="UpTo">The last id that it contains; null where the exchange has no sequence.</param>
/// <param name="Levels">How many levels a side it has at most; null when it is complete.</param>
/// <param name="Reason">Why it was taken.</param>
public sealed record BookSnapshot(string Key, string Replica, long Micros, long? UpTo, int? Levels, string Reason);

/// <summary>The book of a market at a moment, or why it is not known.</summary>
public sealed record BookAnswer
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required string Market { get; init; }

    /// <summary>The moment, microseconds UTC: what carries that time or an earlier one is in the book.</summary>
    public required long AtMicros { get; init; }

    /// <summary>How far it can be believed.</summary>
    public required BookProof Proof { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The whole book that it began with; null where there is none.</summary>
    public BookSnapshot? Snapshot { get; init; }

    /// <summary>How many changes were applied to it.</summary>
    public long Changes { get; init; }

    /// <summary>The time of the last of them, or of the whole book.</summary>
    public long LastMicros { get; init; }

    /// <summary>The last id that the book contains; null where the exchange has no sequence.</summary>
    public long? UpTo { get; init; }

    /// <summary>The bids, best first.</summary>
    public IReadOnlyList<BookLevel> Bids { get; init; } = [];

    /// <summary>The asks, best first.</summary>
    public IReadOnlyList<BookLevel> Asks { get; init; } = [];

    /// <summary>Bids below this price are only those that were touched since; null when all are known.</summary>
    public ExactDecimal? BidHorizon { get; init; }

    /// <summary>Asks above this price are only those that were touched since; null when all are known.</summary>
    public ExactDecimal? AskHorizon { get; init; }

    /// <summary>True when a bid reaches an ask: no true book is like that.</summary>
    public bool IsCrossed { get; init; }

    /// <summary>Objects that could not be used on the way, each a sentence.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>True when the store did not give one of them, so that more may be known than is said.</summary>
    public bool IsStoreFailure { get; init; }
}
