namespace Ingester.Simulator.DataExchange;

/// <summary>An import job of the simulated AWS Data Exchange.</summary>
public sealed class SimulatedJob
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The revision that it fills.</summary>
    public required SimulatedRevision Revision { get; init; }

    /// <summary>The objects that it imports.</summary>
    public required IReadOnlyList<(string Bucket, string Key)> Sources { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>Its state, by the name of the API.</summary>
    public string State { get; internal set; } = "WAITING";

    /// <summary>Why it failed: code and message.</summary>
    public (string Code, string Message)? Error { get; internal set; }

    /// <summary>What goes wrong with it; null for nothing.</summary>
    internal DataExchangeFault? Fault { get; set; }

    /// <summary>How often its state was asked for since it was started.</summary>
    internal int Polls { get; set; }
}
