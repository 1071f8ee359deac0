namespace Ingester.Simulator.Faults;

/// <summary>A requested fault of one stream.</summary>
/// <param name="Kind">The kind.</param>
internal sealed record FaultRequest(InjectedFaultKind Kind)
{
    /// <summary>Number of affected events. Default: 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Duration in the clock's time, for faults with a duration.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The only affected connection; null for all.</summary>
    public long? Connection { get; init; }

    /// <summary>The kind of malformed message, for <see cref="InjectedFaultKind.Garbage"/>.</summary>
    public GarbageKind Garbage { get; init; }

    /// <summary>The time that the event carries; null for ten years ahead.</summary>
    public long? Micros { get; init; }
}
