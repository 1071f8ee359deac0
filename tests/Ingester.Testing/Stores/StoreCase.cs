using Ingester.Testing.Storage;

namespace Ingester.Testing.Stores;

/// <summary>One stream of a store whose sent events are known.</summary>
/// <param name="Market">The stream.</param>
/// <param name="Store">The store of the replicas.</param>
/// <param name="Truth">The sent events of the stream, in their order.</param>
/// <param name="From">The start of the checked period, a full hour, microseconds UTC.</param>
/// <param name="To">The end of the checked period, microseconds UTC.</param>
internal sealed record StoreCase(Market Market, MemoryStore Store, IReadOnlyList<TrueEvent> Truth, long From, long To)
{
    /// <summary>True when the exchange has no fault: one numbering, no wrong id or time. Only then can verdicts and gaps be computed from the rows.</summary>
    public bool IsPlain { get; init; } = true;

    /// <summary>True when some connections merge two events into one, so that one row may have the content of two others.</summary>
    public bool Regroups { get; init; }

    /// <summary>True when the exchange sent every event to every connection, so that a proven book equals the sent one.</summary>
    public bool ReceivesAll { get; init; } = true;

    /// <summary>The first and the last time at which the exchange sent an event of the stream, microseconds UTC.</summary>
    public (long Begin, long End) Sent { get; init; }
}
