namespace Ingester.Paper.Orders;

/// <summary>The role of an order in a fill: it determines the fee.</summary>
internal enum Liquidity
{
    /// <summary>The order rested in the book.</summary>
    Maker,

    /// <summary>The order took what rested in the book.</summary>
    Taker,
}
