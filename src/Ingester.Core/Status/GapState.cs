namespace Ingester.Core.Status;

/// <summary>A gap that a recorder detected.</summary>
public sealed record GapState
{
    /// <summary>Nothing has closed it yet.</summary>
    public const string Open = "open";

    /// <summary>The diffs stay missing, but a snapshot makes the book known again.</summary>
    public const string BookKnown = "book-known";

    /// <summary>Its events were recorded late or fetched.</summary>
    public const string Closed = "closed";

    /// <summary>The number of the gap; unique and increasing within one process.</summary>
    public required long Id { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset, such as <c>trades</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The market.</summary>
    public required string Pair { get; init; }

    /// <summary>The last id before the gap; null when the stream has no sequence.</summary>
    public long? After { get; init; }

    /// <summary>The last id of the gap; null when the stream has no sequence.</summary>
    public long? UpTo { get; init; }

    /// <summary>Number of ids that are still missing; null when the stream has no sequence.</summary>
    public long? Missing { get; init; }

    /// <summary>Exchange time of the last event before the gap, microseconds UTC.</summary>
    public required long From { get; init; }

    /// <summary>Exchange time of the first event after the gap, microseconds UTC.</summary>
    public required long To { get; init; }

    /// <summary>The cause, as in the rows of <c>gaps</c>, such as <c>disconnect</c>.</summary>
    public required string Cause { get; init; }

    /// <summary><see cref="Open"/>, <see cref="BookKnown"/> or <see cref="Closed"/>.</summary>
    public required string State { get; init; }

    /// <summary>What closed it: <c>late</c>, <c>backfill</c> or <c>snapshot</c>; null while it is open.</summary>
    public string? ClosedBy { get; init; }
}
