namespace Ingester.Simulator.Venues;

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

    /// <summary>Counts a refusal: <c>connect</c>, <c>rest</c>, <c>messages</c> or <c>request</c>.</summary>
    public void CountRefusal(string what) => refused[what] = refused.GetValueOrDefault(what) + 1;

    /// <summary>Refusals by kind.</summary>
    public IReadOnlyDictionary<string, long> Refusals() => new SortedDictionary<string, long>(refused, StringComparer.Ordinal);
}

/// <summary>Statistics of an exchange at one moment.</summary>
internal sealed record SimulatedExchangeStats
{
    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>Markets that trade.</summary>
    public required int Markets { get; init; }

    /// <summary>Generated trades and diffs, without aggregate trades.</summary>
    public required long Generated { get; init; }

    /// <summary>Events that a fault kept from all connections.</summary>
    public required long Withheld { get; init; }

    /// <summary>Frames queued to connections.</summary>
    public required long Frames { get; init; }

    /// <summary>Connections open now.</summary>
    public required int Connections { get; init; }

    /// <summary>Connections opened since the start.</summary>
    public required long Opened { get; init; }

    /// <summary>Connections disconnected because the client did not read.</summary>
    public required long SlowReaders { get; init; }

    /// <summary>Refusals by kind: <c>connect</c>, <c>rest</c>, <c>messages</c>, <c>request</c>.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Faults that were dropped from the bounded log.</summary>
    public required long FaultsForgotten { get; init; }
}

/// <summary>Statistics of a connection at one moment.</summary>
/// <param name="Id">The connection id, used by fault commands.</param>
/// <param name="Path">The request path.</param>
/// <param name="Subscriptions">Number of subscriptions.</param>
/// <param name="Queued">Number of queued frames.</param>
internal sealed record ConnectionStats(long Id, string Path, int Subscriptions, int Queued);
