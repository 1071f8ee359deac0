namespace Ingester.Catalog;

/// <summary>What an exchange offers of one dataset, as <c>ingester exchanges --json</c> prints it.</summary>
internal sealed record DatasetSummary
{
    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The WebSocket address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The exchange's own name of the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Kind of the ids: <c>contiguous</c>, <c>monotonic</c> or <c>none</c>.</summary>
    public required string Sequence { get; init; }

    /// <summary>True when events carry the exchange's time.</summary>
    public required bool ExchangeTime { get; init; }

    /// <summary>The grades that a whole window can have, the strongest first; <c>none</c>: no window is ever whole.</summary>
    public required IReadOnlyList<string> Grades { get; init; }

    /// <summary>True when gaps are filled from the exchange's trade history over REST.</summary>
    public required bool Backfill { get; init; }

    /// <summary>True when that history needs an API key.</summary>
    public required bool BackfillNeedsKey { get; init; }

    /// <summary>Day of the newest recording that proves the decoder, UTC (<c>2024-08-09</c>); null when the dataset is unproven.</summary>
    public required DateOnly? Proven { get; init; }

    /// <summary>The newest recording that proves the decoder; null when the dataset is unproven.</summary>
    public required string? Recording { get; init; }

    /// <summary>Number of events of the dataset in all recordings that prove it.</summary>
    public required long RecordedEvents { get; init; }

    /// <summary>Why the dataset is unproven, as one sentence; null when it is proven.</summary>
    public required string? Unproven { get; init; }
}
