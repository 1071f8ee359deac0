namespace Ingester.Paper.Orders;

/// <summary>Something that happened to an order.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="OrderId">The order.</param>
/// <param name="Micros">Exchange time, microseconds UTC. It never goes back from one event of a simulator to the next.</param>
/// <param name="Remaining">The size that is not executed, after the event.</param>
/// <param name="Evidence">What is known about the data that the event rests on.</param>
internal sealed record OrderEvent(OrderEventKind Kind, string OrderId, long Micros, decimal Remaining, Evidence Evidence)
{
    /// <summary>The fill; null for other kinds.</summary>
    public Fill? Fill { get; init; }

    /// <summary>The reason; <see cref="OrderReason.None"/> where none is needed.</summary>
    public OrderReason Reason { get; init; }

    /// <summary>The reason as a sentence; empty where none is needed.</summary>
    public string Text { get; init; } = "";

    /// <summary>
    /// For <see cref="OrderEventKind.Flagged"/>: start of the defect, microseconds UTC. The evidence is also that of earlier events of the order with a later
    /// time, fills included. Null for other kinds.
    /// </summary>
    public long? SinceMicros { get; init; }
}
