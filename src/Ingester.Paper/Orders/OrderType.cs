namespace Ingester.Paper.Orders;

/// <summary>The type of an order.</summary>
internal enum OrderType
{
    /// <summary>Is filled at the prices of the book at once. What the book does not fill is cancelled.</summary>
    Market,

    /// <summary>Is filled at its limit price or a better one.</summary>
    Limit,
}
