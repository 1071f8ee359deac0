namespace Ingester.Simulator.Statistics;

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

    /// <summary>Weight of the REST requests that were answered.</summary>
    public required long RequestWeight { get; init; }

    /// <summary>Refusals by kind: <c>connect</c>, <c>rest</c>, <c>messages</c>, <c>request</c>.</summary>
    public required IReadOnlyDictionary<string, long> Refused { get; init; }

    /// <summary>Faults that were dropped from the bounded log.</summary>
    public required long FaultsForgotten { get; init; }
}
