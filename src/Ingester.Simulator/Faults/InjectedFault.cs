using Ingester.Simulator.Events;

namespace Ingester.Simulator.Faults;

/// <summary>An injected fault and the exact events that it affected.</summary>
internal sealed record InjectedFault
{
    /// <summary>The kind.</summary>
    public required InjectedFaultKind Kind { get; init; }

    /// <summary>The exchange.</summary>
    public required string Exchange { get; init; }

    /// <summary>The dataset, if it affects one stream.</summary>
    public string? Dataset { get; init; }

    /// <summary>The market, if it affects one stream.</summary>
    public string? Market { get; init; }

    /// <summary>The connection, if it affects one.</summary>
    public long? Connection { get; init; }

    /// <summary>Clock time of the request, microseconds UTC.</summary>
    public required long Ordered { get; init; }

    /// <summary>Additional details for people.</summary>
    public string? Detail { get; init; }

    /// <summary>Number of frames affected so far.</summary>
    public int Events { get; private set; }

    /// <summary>The time of the first affected event.</summary>
    public long? From { get; private set; }

    /// <summary>The time of the last affected event.</summary>
    public long? To { get; private set; }

    /// <summary>The sequence before the first affected event; null if the stream has none.</summary>
    public long? After { get; private set; }

    /// <summary>The sequence of the last affected event; null if the stream has none.</summary>
    public long? UpTo { get; private set; }

    /// <summary>Adds an affected event.</summary>
    public void AddEvent(SimulatedEvent simulatedEvent)
    {
        Events++;
        From ??= simulatedEvent.Micros;
        To = simulatedEvent.Micros;
        After ??= simulatedEvent.Range?.After;
        UpTo = simulatedEvent.Range?.UpTo ?? UpTo;
    }
}
