namespace Ingester.Simulator.DataExchange;

/// <summary>A revision of the simulated AWS Data Exchange.</summary>
public sealed class SimulatedRevision
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The data set.</summary>
    public required string DataSet { get; init; }

    /// <summary>Its comment.</summary>
    public required string? Comment { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>True if it is published.</summary>
    public bool IsFinalized { get; internal set; }

    /// <summary>Why it was withdrawn; null if it was not.</summary>
    public string? RevocationComment { get; internal set; }

    /// <summary>When it was withdrawn; null if it was not.</summary>
    public DateTimeOffset? RevokedAt { get; internal set; }

    /// <summary>Its assets, in the order of their import. The same name may be there twice.</summary>
    public IReadOnlyList<SimulatedAsset> Assets => Content;

    /// <summary>The assets, to add to.</summary>
    internal List<SimulatedAsset> Content { get; } = [];
}
