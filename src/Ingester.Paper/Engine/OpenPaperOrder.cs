using Ingester.Paper.Orders;

namespace Ingester.Paper.Engine;

/// <summary>An order that has not ended, with what it reserves.</summary>
/// <param name="Order">The order.</param>
/// <param name="Price">The price with which it reserves cash, in quote units.</param>
/// <param name="Remaining">The size that is not executed.</param>
internal sealed record OpenPaperOrder(Order Order, decimal Price, decimal Remaining);
