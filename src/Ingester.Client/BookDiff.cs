namespace Ingester.Client;

/// <summary>One change message of an order book. All its levels change at once.</summary>
/// <param name="Micros">Exchange time, microseconds since 1970 UTC.</param>
/// <param name="Bids">The changed bids; a size of zero removes the price.</param>
/// <param name="Asks">The changed asks; a size of zero removes the price.</param>
public sealed record BookDiff(long Micros, IReadOnlyList<Level> Bids, IReadOnlyList<Level> Asks) : MarketItem(Micros)
{
    /// <summary>The last id before the diff; null if the exchange has no sequence.</summary>
    public long? After { get; init; }

    /// <summary>The last id of the diff; null if the exchange has no sequence.</summary>
    public long? UpTo { get; init; }

    /// <summary>Why the time is unusual: <c>derived</c>, <c>received</c>, <c>implausible</c> or <c>out-of-order</c>; null for the exchange's own time.</summary>
    public string? TimeNote { get; init; }
}
