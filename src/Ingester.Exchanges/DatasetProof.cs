namespace Ingester.Exchanges;

/// <summary>Whether recordings of an exchange's own messages prove the decoder of a dataset.</summary>
internal sealed record DatasetProof
{
    /// <summary>Day on which the newest recording began, UTC; null when the dataset is unproven.</summary>
    public DateOnly? Proven { get; init; }

    /// <summary>The newest recording; null when the dataset is unproven.</summary>
    public string? Recording { get; init; }

    /// <summary>Number of recordings that hold events of the dataset.</summary>
    public int Recordings { get; init; }

    /// <summary>Number of events of the dataset in all of them.</summary>
    public long Events { get; init; }

    /// <summary>Why the dataset is unproven, as one sentence; null when it is proven.</summary>
    public string? Unproven { get; init; }
}
