using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>A recorded trade that was matched in the order book. Trades with a <c>type</c> (insurance fund, ADL and the like) were not: leave them out.</summary>
/// <param name="Micros">Exchange time, microseconds UTC.</param>
/// <param name="Aggressor">The side of the aggressor; null if the exchange does not state it. Such a trade fills nothing and advances no queue.</param>
/// <param name="Price">Price in quote units.</param>
/// <param name="Size">Size in the exchange's unit.</param>
internal sealed record MarketTrade(long Micros, OrderSide? Aggressor, decimal Price, decimal Size) : MarketInput(Micros);
