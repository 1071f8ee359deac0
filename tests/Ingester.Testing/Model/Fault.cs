namespace Ingester.Testing.Model;

/// <summary>One fault or planned change in a schedule.</summary>
internal sealed record Fault(FaultKind Kind)
{
    /// <summary>The number of the affected replica; ignored for faults at the exchange.</summary>
    public int Replica { get; init; }

    /// <summary>The number of the affected stream; for <see cref="FaultKind.Remove"/>, of the market.</summary>
    public int Stream { get; init; }

    /// <summary>The index of the affected event of the stream, in the exchange's order.</summary>
    public int Index { get; init; }

    /// <summary>The time of the fault, microseconds after the start of the schedule.</summary>
    public long At { get; init; }

    /// <summary>The duration, microseconds.</summary>
    public long Length { get; init; }

    /// <summary>The size or the variant of the fault; its meaning depends on <see cref="Kind"/>.</summary>
    public long Amount { get; init; }

    /// <summary>The number of affected events or frames.</summary>
    public int Count { get; init; } = 1;

    /// <summary>True for a fault at the exchange, which all replicas see.</summary>
    public bool AtExchange => Kind <= FaultKind.Shift;

    /// <summary>True when <see cref="Stream"/> and <see cref="Index"/> determine the time of the fault; false when <see cref="At"/> does.</summary>
    public bool AtEvent => Kind is <= FaultKind.Reset or FaultKind.Loss or FaultKind.Duplicate or FaultKind.Delay or FaultKind.Garble;

    /// <inheritdoc/>
    public override string ToString()
    {
        var place = AtEvent ? $"stream {Stream}, event {Index}" : Kind == FaultKind.Remove ? $"market {Stream} at {At / 1e6:0.###} s" : $"at {At / 1e6:0.###} s";
        var replica = AtExchange ? "exchange" : $"replica {Replica}";
        return $"{Kind}: {replica}, {place}, length {Length / 1e6:0.###} s, amount {Amount}, count {Count}";
    }
}
