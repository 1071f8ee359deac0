namespace Ingester.Client;

/// <summary>The order book of a market at a moment.</summary>
public sealed record Book
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The market.</summary>
    public required string Pair { get; init; }

    /// <summary>The moment, microseconds since 1970 UTC. The book holds the diffs up to and including it.</summary>
    public required long Micros { get; init; }

    /// <summary>Whether the book is proven. An unknown book has no levels.</summary>
    public required BookState State { get; init; }

    /// <summary>The reason for the state, as a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The bids, best first.</summary>
    public IReadOnlyList<Level> Bids { get; init; } = [];

    /// <summary>The asks, best first.</summary>
    public IReadOnlyList<Level> Asks { get; init; } = [];

    /// <summary>Below this price only bids are known that changed since the snapshot. Null when all bids are known.</summary>
    public Number? BidHorizon { get; init; }

    /// <summary>Above this price only asks are known that changed since the snapshot. Null when all asks are known.</summary>
    public Number? AskHorizon { get; init; }

    /// <summary>The last id that the book holds; null if the exchange has no sequence.</summary>
    public long? UpTo { get; init; }

    /// <summary>The best bid; null when there is none or the book is unknown.</summary>
    public Level? BestBid => Bids is [var best, ..] ? best : null;

    /// <summary>The best ask; null when there is none or the book is unknown.</summary>
    public Level? BestAsk => Asks is [var best, ..] ? best : null;
}
