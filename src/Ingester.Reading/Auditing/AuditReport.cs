namespace Ingester.Reading.Auditing;

/// <summary>The result of an audit.</summary>
public sealed record AuditReport
{
    /// <summary>The streams for which a recording was expected.</summary>
    public required IReadOnlyList<StreamAudit> Streams { get; init; }

    /// <summary>One sentence for each journal that is not readable and each object that the store did not return. Their content is unknown.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>True when the store did not return one of them: another attempt may read it.</summary>
    public bool IsStoreFailure { get; init; }

    /// <summary>One sentence for each object whose content or name is invalid. The verdicts do not count these objects.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>Number of objects that were opened and checked against their names, hashes and coverage.</summary>
    public int Verified { get; init; }

    /// <summary>True when every window is complete or quiet, and no gap is known.</summary>
    public bool NothingMissing => Streams.All(stream => stream.MissingRanges.Count == 0 && stream.OpenGaps.Count == 0
        && stream.Windows.All(window => window.Verdict <= WindowVerdict.Quiet));

    /// <summary>Number of windows with this verdict.</summary>
    public long Count(WindowVerdict verdict) => Streams.Sum(stream => (long)stream.Count(verdict));

    /// <summary>Gaps per million messages over all replicas; null when there are no messages.</summary>
    public double? ReplicaGapsPerMillion => PerMillion(Streams.Sum(stream => (long)stream.ReplicaGaps), Streams.Sum(stream => stream.ReplicaMessages));

    /// <summary>Gaps per million messages after merging; null when there are no messages.</summary>
    public double? GapsPerMillion => PerMillion(Streams.Sum(stream => (long)stream.Gaps), Streams.Sum(stream => stream.Messages));

    private static double? PerMillion(long gaps, long messages) => messages == 0 ? null : gaps * 1e6 / messages;
}
