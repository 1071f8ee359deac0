namespace Ingester.Simulator.Statistics;

/// <summary>The counters of an exchange. Changed only under the lock of the exchange.</summary>
internal sealed class SimulatedExchangeCounters
{
    private readonly SortedDictionary<string, long> refused = new(StringComparer.Ordinal);

    /// <summary>Generated trades and diffs, without aggregate trades.</summary>
    public long Generated { get; set; }

    /// <summary>Events that a fault kept from all connections.</summary>
    public long Withheld { get; set; }

    /// <summary>Frames queued to connections.</summary>
    public long Frames { get; set; }

    /// <summary>Connections opened since the start.</summary>
    public long Opened { get; set; }

    /// <summary>Connections disconnected because the client did not read.</summary>
    public long SlowReaders { get; set; }

    /// <summary>Weight of the REST requests that were answered.</summary>
    public long RequestWeight { get; set; }

    /// <summary>Counts a refusal: <c>connect</c>, <c>rest</c>, <c>messages</c> or <c>request</c>.</summary>
    public void CountRefusal(string kind) => refused[kind] = refused.GetValueOrDefault(kind) + 1;

    /// <summary>Refusals by kind.</summary>
    public IReadOnlyDictionary<string, long> Refusals() => new SortedDictionary<string, long>(refused, StringComparer.Ordinal);
}
