namespace Ingester.Paper.Orders;

/// <summary>A part of an order that was executed.</summary>
/// <param name="Price">The price, in quote units.</param>
/// <param name="Size">The size, in the exchange's unit.</param>
/// <param name="Notional">The value in quote units: price × size × contract size.</param>
/// <param name="Fee">The fee in quote units; negative for a rebate.</param>
/// <param name="Liquidity">Maker or taker.</param>
internal sealed record Fill(decimal Price, decimal Size, decimal Notional, decimal Fee, Liquidity Liquidity);
