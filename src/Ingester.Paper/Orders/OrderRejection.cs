namespace Ingester.Paper.Orders;

/// <summary>Why an order is rejected.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">A sentence with the order's values and the violated limit.</param>
internal sealed record OrderRejection(OrderReason Reason, string Text);
