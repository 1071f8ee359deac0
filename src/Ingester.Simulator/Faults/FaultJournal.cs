namespace Ingester.Simulator.Faults;

/// <summary>Every fault of one exchange, the oldest forgotten where there are too many to keep.</summary>
internal sealed class FaultJournal
{
    /// <summary>Enough for a day of chaos; what gives way is the oldest, and it is counted.</summary>
    private const int MostKept = 100_000;
    private readonly Queue<InjectedFault> faults = new();

    /// <summary>How many were forgotten.</summary>
    public long Forgotten { get; private set; }

    /// <summary>The faults as they stand now, oldest first.</summary>
    public IReadOnlyList<InjectedFault> Snapshot() => [.. faults.Select(fault => fault with { })];

    /// <summary>Writes one down.</summary>
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
