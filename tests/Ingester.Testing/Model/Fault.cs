namespace Ingester.Testing.Model;

/// <summary>One thing that happens in a schedule.</summary>
internal sealed record Fault(FaultKind Kind)
{
    /// <summary>The replica that it happens to; of no meaning for what happens at the exchange.</summary>
    public int Replica { get; init; }

    /// <summary>The stream, or the market for <see cref="FaultKind.Remove"/>.</summary>
    public int Stream { get; init; }

    /// <summary>The event of the stream, in the exchange's order.</summary>
    public int Index { get; init; }

    /// <summary>When, microseconds after the schedule's beginning.</summary>
    public long At { get; init; }

    /// <summary>How long, microseconds.</summary>
    public long Length { get; init; }

    /// <summary>By how much, or how.</summary>
    public long Amount { get; init; }

    /// <summary>How many.</summary>
    public int Count { get; init; } = 1;

    /// <summary>True for what happens at the exchange.</summary>
    public bool AtExchange => Kind <= FaultKind.Shift;

    /// <summary>True where <see cref="Stream"/> and <see cref="Index"/> say when it happens, false where <see cref="At"/> does.</summary>
    public bool AtEvent => Kind is <= FaultKind.Reset or FaultKind.Loss or FaultKind.Duplicate or FaultKind.Delay or FaultKind.Garble;

    /// <inheritdoc/>
    public override string ToString()
    {
        var place = AtEvent ? $"stream {Stream}, event {Index}" : Kind == FaultKind.Remove ? $"market {Stream} at {At / 1e6:0.###} s" : $"at {At / 1e6:0.###} s";
        var replica = AtExchange ? "exchange" : $"replica {Replica}";
        return $"{Kind}: {replica}, {place}, length {Length / 1e6:0.###} s, amount {Amount}, count {Count}";
    }
}
