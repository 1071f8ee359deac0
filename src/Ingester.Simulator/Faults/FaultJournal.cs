namespace Ingester.Simulator.Faults;

/// <summary>All faults of one exchange. Bounded: the oldest are dropped.</summary>
internal sealed class FaultJournal
{
    /// <summary>Enough for a day of chaos testing; the oldest is dropped and counted.</summary>
    private const int MostKept = 100_000;
    private readonly Queue<InjectedFault> faults = new();

    /// <summary>Number of dropped faults.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Copies of the current faults, oldest first.</summary>
    public IReadOnlyList<InjectedFault> Snapshot() => [.. faults.Select(fault => fault with { })];

    /// <summary>Adds a fault.</summary>
    public InjectedFault Add(InjectedFault fault)
    {
        if (faults.Count == MostKept)
        {
            faults.Dequeue();
            Forgotten++;
        }

        faults.Enqueue(fault);
        return fault;
    }
}
