namespace Ingester.Paper.Orders;

/// <summary>What happens to the part of a limit order that is not filled at once. Market orders are always immediate.</summary>
internal enum TimeInForce
{
    /// <summary>It rests in the book until it is filled, cancelled or expired.</summary>
    GoodTillCancelled,

    /// <summary>It is cancelled.</summary>
    ImmediateOrCancel,
}
