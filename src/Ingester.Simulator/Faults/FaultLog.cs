namespace Ingester.Simulator.Faults;

/// <summary>All faults of one exchange. Bounded: the oldest are dropped.</summary>
internal sealed class FaultLog
{
    /// <summary>Enough for a day of chaos testing; the oldest is dropped and counted.</summary>
    private const int MaxFaults = 100_000;
    private readonly Queue<InjectedFault> faults = new();

    /// <summary>Number of dropped faults.</summary>
    public long Dropped { get; private set; }

    /// <summary>Copies of the current faults, oldest first.</summary>
    public IReadOnlyList<InjectedFault> Copy() => [.. faults.Select(fault => fault with { })];

    /// <summary>Adds a fault.</summary>
    public InjectedFault Add(InjectedFault fault)
    {
        if (faults.Count == MaxFaults)
        {
            faults.Dequeue();
            Dropped++;
        }

        faults.Enqueue(fault);
        return fault;
    }
}
