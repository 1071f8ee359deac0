using Ingester.Core.Markets;
using Ingester.Core.Sequencing;

namespace Ingester.Reading.Auditing;

/// <summary>The result of the audit of one stream.</summary>
public sealed record StreamAudit
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>Every window in which a recording was expected, in order.</summary>
    public required IReadOnlyList<WindowAudit> Windows { get; init; }

    /// <summary>The gaps in the stored ids, in order of the ids.</summary>
    public required IReadOnlyList<MissingRange> MissingRanges { get; init; }

    /// <summary>Reported gaps and doubts that are not closed and not contained in <see cref="MissingRanges"/>.</summary>
    public IReadOnlyList<OpenGap> OpenGaps { get; init; } = [];

    /// <summary>Gaps of single replicas that are closed in the store.</summary>
    public required IReadOnlyList<ClosedGap> ClosedGaps { get; init; }

    /// <summary>Ranges that were fetched from the exchange after they had been missed.</summary>
    public IReadOnlyList<SequenceRange> Backfilled { get; init; } = [];

    /// <summary>Ranges that were taken from files that the exchange publishes, in order of the ids. Windows with such rows have the grade <c>archive</c>.</summary>
    public IReadOnlyList<ArchivedRange> Archived { get; init; } = [];

    /// <summary>How far the replicas recorded the same rows.</summary>
    public ReplicaAgreement Agreement { get; init; }

    /// <summary>Total number of messages that the replicas recorded.</summary>
    public required long ReplicaMessages { get; init; }

    /// <summary>Total number of gaps that the replicas reported.</summary>
    public required int ReplicaGaps { get; init; }

    /// <summary>Number of messages after merging.</summary>
    public required long Messages { get; init; }

    /// <summary>Number of gaps that remain after merging.</summary>
    public required int Gaps { get; init; }

    /// <summary>Number of stored segments, with variants, of the windows that start in the period.</summary>
    public int StoredObjects { get; init; }

    /// <summary>Total compressed size of these segments, in bytes.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Number of segments of the windows that start in the period that have expired: they were removed after their day was certified, and are known by their names.</summary>
    public int ExpiredObjects { get; init; }

    /// <summary>Number of windows with this verdict.</summary>
    public int Count(WindowVerdict verdict) => Windows.Count(window => window.Verdict == verdict);
}
