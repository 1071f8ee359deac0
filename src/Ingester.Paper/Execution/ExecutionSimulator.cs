using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>
/// Executes simulated orders of one market against its recorded book and trades; the rules are in <c>docs/paper-execution.md</c>. It is pure: no clock, no store,
/// no random source. The same calls in the same order return the same events. Time is exchange time and never goes back: an input with an earlier time counts at
/// <see cref="Micros"/>. Not thread-safe.
/// </summary>
/// <remarks>
/// Inputs are passed in the order of their times. An input of time t first lets arrive what is due before t; <see cref="AdvanceTo"/> lets arrive what is due up to
/// and including its time. An order that arrives at t therefore meets the book after all inputs of t that were passed before.
/// </remarks>
internal sealed class ExecutionSimulator(ExecutionOptions options)
{
    /// <summary>Exchange time up to which inputs were passed, microseconds UTC; 0 at the start.</summary>
    public long Micros => throw new NotImplementedException();

    /// <summary>True while the book is known and no trades are missing: orders can be matched.</summary>
    public bool IsMatching => throw new NotImplementedException();

    /// <summary>What is known about the data now; <see cref="Evidence.Uncertain"/> while orders cannot be matched.</summary>
    public Evidence Evidence => throw new NotImplementedException();

    /// <summary>The best recorded bid; null if there is none or the book is not known.</summary>
    public PriceLevel? BestBid => throw new NotImplementedException();

    /// <summary>The best recorded ask; null if there is none or the book is not known.</summary>
    public PriceLevel? BestAsk => throw new NotImplementedException();

    /// <summary>The orders that rest, in the order of their acceptance. Orders on their way are not included.</summary>
    public IReadOnlyList<OpenOrder> OpenOrders => throw new NotImplementedException();

    /// <summary>Number of orders and cancel requests that have not arrived yet.</summary>
    public int Pending => throw new NotImplementedException();

    /// <summary>Changes the recorded book.</summary>
    public IReadOnlyList<OrderEvent> Apply(BookUpdate update) => throw new NotImplementedException();

    /// <summary>Passes a recorded trade.</summary>
    public IReadOnlyList<OrderEvent> Apply(in MarketTrade trade) => throw new NotImplementedException();

    /// <summary>Reports a defect of a stream.</summary>
    public IReadOnlyList<OrderEvent> Apply(DataDefect defect) => throw new NotImplementedException();

    /// <summary>Submits an order: it arrives after the entry latency. Its events are returned by the call in which they happen.</summary>
    /// <param name="order">The order.</param>
    /// <param name="micros">Time of the submission, microseconds UTC.</param>
    /// <exception cref="ArgumentException">An order with this id was submitted before.</exception>
    public void Submit(Order order, long micros) => throw new NotImplementedException();

    /// <summary>Requests to cancel an order: the request arrives after the cancel latency.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="micros">Time of the request, microseconds UTC.</param>
    public void Cancel(string orderId, long micros) => throw new NotImplementedException();

    /// <summary>Lets arrive and expire what is due up to and including a time.</summary>
    public IReadOnlyList<OrderEvent> AdvanceTo(long micros) => throw new NotImplementedException();
}
