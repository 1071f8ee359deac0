using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Auditing;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>The audit of some hours of an exchange. Immutable.</summary>
internal sealed record AuditBlock
{
    /// <summary>The hours.</summary>
    public required BlockKey Key { get; init; }

    /// <summary>The end of the audited time; before <see cref="BlockKey.EndMicros"/> while the last hour is in progress.</summary>
    public required long ToMicros { get; init; }

    /// <summary>When the audit began.</summary>
    public required DateTimeOffset AuditedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The streams for which a recording was expected.</summary>
    public required IReadOnlyList<StreamPart> Streams { get; init; }

    /// <summary>One sentence for each object that could not be read or is invalid.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>True when the store did not return an object: another audit may read it.</summary>
    public required bool IsStoreFailure { get; init; }

    /// <summary>True when a window is not proven, a gap is open, or something could not be read.</summary>
    public bool HasFindings { get; private init; }

    /// <summary>Size in memory, roughly.</summary>
    public long EstimatedBytes { get; private init; }

    /// <summary>Takes over the report of an audit.</summary>
    /// <param name="key">The hours.</param>
    /// <param name="toMicros">The end of the audited time.</param>
    /// <param name="report">The report.</param>
    /// <param name="names">The streams that are in memory; new ones are added.</param>
    /// <param name="timing">When the audit began, and how long it took.</param>
    public static AuditBlock From(BlockKey key, long toMicros, AuditReport report, HashSet<StreamId> names, (DateTimeOffset At, TimeSpan Took) timing)
    {
        var period = new Period(key.FromMicros, toMicros);
        var streams = new List<StreamPart>(report.Streams.Count);
        foreach (var audit in report.Streams)
        {
            if (!names.TryGetValue(audit.Stream, out var known))
                names.Add(known = audit.Stream);
            streams.Add(StreamPart.From(audit, known, period));
        }

        return From(key, toMicros, streams, [.. report.Unreadable, .. report.Broken], timing) with { IsStoreFailure = report.IsStoreFailure };
    }

    /// <summary>Creates a block.</summary>
    /// <param name="key">The hours.</param>
    /// <param name="toMicros">The end of the audited time.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="problems">What could not be read.</param>
    /// <param name="timing">When the audit began, and how long it took.</param>
    public static AuditBlock From(BlockKey key, long toMicros, IReadOnlyList<StreamPart> streams, IReadOnlyList<string> problems, (DateTimeOffset At, TimeSpan Took) timing) => new()
    {
        Key = key,
        ToMicros = toMicros,
        AuditedAt = timing.At,
        Duration = timing.Took,
        Streams = streams,
        Problems = problems,
        IsStoreFailure = false,
        HasFindings = problems.Count > 0 || streams.Any(stream => stream.HasFindings),
        EstimatedBytes = streams.Sum(stream => stream.EstimatedBytes) + problems.Sum(sentence => 2L * sentence.Length),
    };
}
