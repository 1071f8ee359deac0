using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>An accepted order, open or ended.</summary>
/// <param name="order">The order as submitted.</param>
/// <param name="acceptedMicros">Exchange time of the acceptance, microseconds UTC.</param>
/// <param name="evidence">What is known about the data at that time.</param>
internal sealed class WorkingOrder(Order order, long acceptedMicros, Evidence evidence)
{
    private long since = long.MinValue; // start of the earliest defect with the present evidence

    /// <summary>The order as submitted.</summary>
    public Order Order => order;

    /// <summary>Exchange time of the acceptance, microseconds UTC.</summary>
    public long AcceptedMicros => acceptedMicros;

    /// <summary>The size that is not executed.</summary>
    public decimal Remaining { get; set; } = order.Size;

    /// <summary>The recorded size that is executed before it.</summary>
    public decimal QueueAhead { get; set; }

    /// <summary>Exchange time of its end, microseconds UTC; null while it is open.</summary>
    public long? EndedMicros { get; set; }

    /// <summary>What is known about the data since its acceptance.</summary>
    public Evidence Evidence { get; private set; } = evidence;

    /// <summary>True if the order was open between the start and the end of a defect. What ended at its start met known data.</summary>
    /// <param name="from">Start of the defect, microseconds UTC.</param>
    /// <param name="to">Its end; null if that is not known.</param>
    public bool IsTouched(long from, long? to) => (EndedMicros is not { } ended || ended > from) && !(AcceptedMicros > to);

    /// <summary>Records a defect; false if the order's evidence was as bad already since the same time or before.</summary>
    public bool TryWorsen(Evidence worse, long from)
    {
        if (worse < Evidence || (worse == Evidence && from >= since))
            return false;
        (Evidence, since) = (worse, from);
        return true;
    }
}
