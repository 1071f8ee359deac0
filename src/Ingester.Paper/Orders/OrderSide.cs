namespace Ingester.Paper.Orders;

/// <summary>The side of an order, or of the aggressor of a trade.</summary>
internal enum OrderSide
{
    /// <summary>Buys.</summary>
    Buy,

    /// <summary>Sells.</summary>
    Sell,
}
