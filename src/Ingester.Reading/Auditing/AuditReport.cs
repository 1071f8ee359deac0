using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Auditing;

/// <summary>The scope of an audit or a repair.</summary>
public sealed record AuditScope
{
    /// <summary>Start of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>End of the period, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The exchanges. Default: empty, which means all known exchanges.</summary>
    public IReadOnlyCollection<string> Exchanges { get; init; } = [];

    /// <summary>Pattern of the canonical market names; <c>*</c> and <c>?</c> are wildcards. Default: all markets.</summary>
    public string MarketPattern { get; init; } = "*";

    /// <summary>The datasets. Default: empty, which means all.</summary>
    public IReadOnlyCollection<Dataset> Datasets { get; init; } = [];

    /// <summary>Number of objects of the period that are opened and checked against their names, hashes and coverage. Default: none.</summary>
    public int SampleSize { get; init; }
}

/// <summary>The verdict on one window of one stream. Ordered: every value above <see cref="WindowVerdict.Quiet"/> is not proven.</summary>
public enum WindowVerdict
{
    /// <summary>All events are stored: in a whole object, or in fragments that together prove the window complete.</summary>
    Complete,

    /// <summary>It is proven that the window has no events.</summary>
    Quiet,

    /// <summary>Replicas have different rows, and neither is proven.</summary>
    Disputed,

    /// <summary>Some events are stored, but the window is not proven complete.</summary>
    Partial,

    /// <summary>No events are stored, and the window is not proven quiet.</summary>
    Missing,
}

/// <summary>One window of one stream.</summary>
/// <param name="Window">The window.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="IsWhole">True when a whole object covers the window. A complete window without one can be repaired.</param>
public readonly record struct WindowAudit(Window Window, WindowVerdict Verdict, bool IsWhole)
{
    /// <summary>The best grade that the replicas with the stored rows state; unknown when no replica states one.</summary>
    public StatedGrade Grade { get; init; }
}

/// <summary>Ids that are missing in the store.</summary>
/// <param name="Range">The missing ids.</param>
/// <param name="FromMicros">Time of the last event before the gap if a replica saw it; otherwise the start of that event's window.</param>
/// <param name="ToMicros">Time of the first event after the gap if a replica saw it; otherwise the end of that event's window.</param>
/// <param name="HeldBy">Replicas whose coverage contains some of the missing ids. Their objects may not be uploaded yet, or were lost.</param>
public sealed record MissingRange(SequenceRange Range, long FromMicros, long ToMicros, IReadOnlyList<string> HeldBy)
{
    /// <summary>
    /// For diffs: the time of a snapshot taken after the gap, from which the book is known again. Null when there is no such snapshot.
    /// </summary>
    public long? BookKnownFromMicros { get; init; }
}

/// <summary>A gap that a replica reported and that no stored object closes.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Why events are missing or doubtful.</param>
/// <param name="Range">The missing ids; null when only the time span is known.</param>
/// <param name="FromMicros">Exchange time of the last event before the gap.</param>
/// <param name="ToMicros">Exchange time of the first event after the gap.</param>
public sealed record OpenGap(string Replica, string Cause, SequenceRange? Range, long FromMicros, long ToMicros)
{
    internal static OpenGap FromRecord(GapRecord gap) => new(gap.Replica, gap.Cause, gap.Range, gap.From, gap.To);
}

/// <summary>A gap that a replica reported and that is closed in the store.</summary>
/// <param name="Range">The ids that the replica missed.</param>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Why the replica missed them.</param>
/// <param name="ClosedBy">How the gap was closed: <c>late</c>, <c>backfill</c>, or <c>replica</c> when another replica recorded the ids.</param>
public sealed record ClosedGap(SequenceRange Range, string Replica, string Cause, string ClosedBy);

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

    /// <summary>Total number of messages that the replicas recorded.</summary>
    public required long ReplicaMessages { get; init; }

    /// <summary>Total number of gaps that the replicas reported.</summary>
    public required int ReplicaGaps { get; init; }

    /// <summary>Number of messages after merging.</summary>
    public required long Messages { get; init; }

    /// <summary>Number of gaps that remain after merging.</summary>
    public required int Gaps { get; init; }

    /// <summary>Number of windows with this verdict.</summary>
    public int Count(WindowVerdict verdict) => Windows.Count(window => window.Verdict == verdict);
}

/// <summary>The result of an audit.</summary>
public sealed record AuditReport
{
    /// <summary>The streams for which a recording was expected.</summary>
    public required IReadOnlyList<StreamAudit> Streams { get; init; }

    /// <summary>One sentence for each journal that is not readable and each object that the store did not return. Their content is unknown.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

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
