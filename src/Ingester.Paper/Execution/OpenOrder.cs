using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>A limit order that rests in the simulated book.</summary>
/// <param name="Order">The order as submitted.</param>
/// <param name="AcceptedMicros">Exchange time of its acceptance, microseconds UTC.</param>
/// <param name="Remaining">The size that is not executed.</param>
/// <param name="QueueAhead">The recorded size that is executed before it.</param>
/// <param name="Evidence">What is known about the data since its acceptance.</param>
internal sealed record OpenOrder(Order Order, long AcceptedMicros, decimal Remaining, decimal QueueAhead, Evidence Evidence);
