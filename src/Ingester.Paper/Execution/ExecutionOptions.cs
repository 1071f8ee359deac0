using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>How orders of one market are simulated.</summary>
internal sealed record ExecutionOptions
{
    /// <summary>What the exchange requires of an order.</summary>
    public required InstrumentRules Rules { get; init; }

    /// <summary>The fees.</summary>
    public required FeeSchedule Fees { get; init; }

    /// <summary>Time from the submission of an order to its arrival at the exchange. Default: none.</summary>
    public Latency EntryLatency { get; init; } = Latency.Zero;

    /// <summary>Time from a cancel request to its arrival. Default: none.</summary>
    public Latency CancelLatency { get; init; } = Latency.Zero;

    /// <summary>Seed of the latencies that are drawn. Default: 0.</summary>
    public ulong Seed { get; init; }
}
