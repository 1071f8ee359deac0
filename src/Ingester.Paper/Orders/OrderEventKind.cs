namespace Ingester.Paper.Orders;

/// <summary>What happened to an order.</summary>
internal enum OrderEventKind
{
    /// <summary>It arrived and is valid. Its fills and its end follow.</summary>
    Accepted,

    /// <summary>It arrived and is not executed at all. The end of the order.</summary>
    Rejected,

    /// <summary>A part, or all that remained, was executed. With <see cref="OrderEvent.Remaining"/> zero the end of the order.</summary>
    Filled,

    /// <summary>What remained was cancelled: on request, or because the book had no more to fill an immediate order. The end of the order.</summary>
    Cancelled,

    /// <summary>What remained expired. The end of the order.</summary>
    Expired,

    /// <summary>A cancel request arrived for an order that is not open. The order is not changed.</summary>
    CancelRejected,

    /// <summary>
    /// Data is missing or not proven while the order was open: its evidence became worse, for what follows and for its earlier events after
    /// <see cref="OrderEvent.SinceMicros"/>. It can follow the end of the order.
    /// </summary>
    Flagged,
}
