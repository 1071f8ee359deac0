namespace Ingester.Client;

/// <summary>A mark between events: where data is missing, disputed, not proven or not readable. Computations over events on both sides of a mark may be wrong.</summary>
/// <param name="Micros">Start of the marked time; for a gap in ids the time of the event that follows it.</param>
/// <param name="Kind">What the mark means.</param>
public sealed record Mark(long Micros, MarkKind Kind) : MarketItem(Micros)
{
    /// <summary>End of the marked time, exclusive, microseconds since 1970 UTC; null for a mark between two events.</summary>
    public long? EndMicros { get; init; }

    /// <summary>The last id before the missing ids; null without ids.</summary>
    public long? After { get; init; }

    /// <summary>The last missing id; null without ids.</summary>
    public long? UpTo { get; init; }

    /// <summary>A sentence about the mark; empty if there is nothing to add.</summary>
    public string Note { get; init; } = "";
}
