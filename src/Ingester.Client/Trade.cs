namespace Ingester.Client;

/// <summary>A trade.</summary>
/// <param name="Micros">Exchange time, microseconds since 1970 UTC.</param>
/// <param name="Id">The exchange's id; empty if its trades have none.</param>
/// <param name="Side">The side of the aggressor.</param>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in the exchange's unit: base units, or contracts for some derivatives.</param>
public sealed record Trade(long Micros, string Id, TradeSide Side, Number Price, Number Size) : MarketItem(Micros)
{
    /// <summary>The exchange's word for a trade that is not a market trade, such as <c>ADL</c>; null for a market trade.</summary>
    public string? Type { get; init; }

    /// <summary>Why the time is unusual: <c>derived</c>, <c>received</c>, <c>implausible</c> or <c>out-of-order</c>; null for the exchange's own time.</summary>
    public string? TimeNote { get; init; }
}
