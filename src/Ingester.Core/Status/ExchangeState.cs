namespace Ingester.Core.Status;

/// <summary>The state of recording one exchange.</summary>
public sealed record ExchangeState
{
    /// <summary>The exchange's name.</summary>
    public required string Exchange { get; init; }

    /// <summary>Selected markets; null before the first market list.</summary>
    public int? Markets { get; init; }

    /// <summary>Planned connections.</summary>
    public required int ConnectionsWanted { get; init; }

    /// <summary>Open connections.</summary>
    public required int ConnectionsOpen { get; init; }

    /// <summary>Planned streams.</summary>
    public required int StreamsWanted { get; init; }

    /// <summary>Streams that the exchange confirmed.</summary>
    public required int StreamsConfirmed { get; init; }

    /// <summary>Streams that the exchange refuses while their market is halted; no data is missing.</summary>
    public required int StreamsHalted { get; init; }

    /// <summary>Streams without an event for much longer than usual, although the connection is alive.</summary>
    public required int StreamsStalled { get; init; }

    /// <summary>Received events since the start, duplicates included.</summary>
    public required long Events { get; init; }

    /// <summary>Received events per second, over the last ten seconds.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>Median delay from the exchange's time to receipt over the last full minute, of the worst connection, in milliseconds, rounded up to a power of two.</summary>
    public required long LagP50 { get; init; }

    /// <summary>The 99th percentile of the same.</summary>
    public required long LagP99 { get; init; }

    /// <summary>Objects in memory that are not stored yet.</summary>
    public required long BacklogObjects { get; init; }

    /// <summary>Age of the oldest of them, in seconds.</summary>
    public required double OldestSeconds { get; init; }

    /// <summary>Quarantined frames since the start.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Detected gaps since the start.</summary>
    public required long GapsDetected { get; init; }

    /// <summary>Snapshots that are due and not yet being fetched.</summary>
    public required int SnapshotsDue { get; init; }

    /// <summary>The used share of the request budget, from 0 to 1, as the exchange last reported it.</summary>
    public required double BudgetUsed { get; init; }

    /// <summary>Restarts after an unhandled exception.</summary>
    public required int Restarts { get; init; }

    /// <summary>The present error as a sentence; null when there is none.</summary>
    public string? LastError { get; init; }
}
