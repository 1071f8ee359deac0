namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>What is known about one day now. Immutable.</summary>
internal sealed record DayReport
{
    /// <summary>The day.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The streams, ordered by exchange, market and dataset.</summary>
    public required IReadOnlyList<StreamDay> Streams { get; init; }

    /// <summary>The audits that the report consists of.</summary>
    public required IReadOnlyList<AuditBlock> Blocks { get; init; }

    /// <summary>Number of parts of the day that are not audited yet.</summary>
    public required int Pending { get; init; }

    /// <summary>What could not be read, as sentences: objects, exchanges that this version does not know, or the store.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>True when the store does not answer, and the report shows what was read before.</summary>
    public required bool IsStale { get; init; }

    /// <summary>True when the store holds no recording at all.</summary>
    public required bool IsStoreEmpty { get; init; }

    /// <summary>When the oldest audit began; null without audits.</summary>
    public DateTimeOffset? AuditedAt => Blocks.Count == 0 ? null : Blocks.Min(block => block.AuditedAt);

    /// <summary>True when everything of the day that can be judged is audited.</summary>
    public bool IsAudited => Pending == 0;

    /// <summary>True when everything is complete or quiet and no gap is known.</summary>
    public bool NothingMissing => IsAudited && Streams.All(stream => !stream.HasFindings);

    /// <summary>True when another report has the same content.</summary>
    public bool HasSameContent(DayReport other) =>
        Day == other.Day && Pending == other.Pending && IsStale == other.IsStale && IsStoreEmpty == other.IsStoreEmpty && Problems.SequenceEqual(other.Problems, StringComparer.Ordinal)
        && Blocks.Count == other.Blocks.Count && Blocks.Zip(other.Blocks).All(pair => ReferenceEquals(pair.First, pair.Second));
}
