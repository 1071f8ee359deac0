using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Journals;

namespace Ingester.Reading.Auditing;

/// <summary>What is audited.</summary>
public sealed record AuditScope
{
    /// <summary>The first moment.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The first moment after.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The exchanges; empty (the default) for all that are known.</summary>
    public IReadOnlyCollection<string> Exchanges { get; init; } = [];

    /// <summary>Canonical market names, <c>*</c> and <c>?</c> allowed; all by default.</summary>
    public string Pair { get; init; } = "*";

    /// <summary>The datasets; empty (the default) for all.</summary>
    public IReadOnlyCollection<Dataset> Datasets { get; init; } = [];

    /// <summary>How many objects of the period are opened and held to their names, hashes and coverage; none by default.</summary>
    public int Verify { get; init; }
}

/// <summary>What can be said of one window of one stream.</summary>
public enum WindowVerdict
{
    /// <summary>All that there was is stored: as a whole object, or in fragments that together prove it.</summary>
    Complete,

    /// <summary>Proven that nothing came.</summary>
    Quiet,

    /// <summary>Replicas have different rows, and nothing proves which are right.</summary>
    Disputed,

    /// <summary>Something is stored, but not proven to be all.</summary>
    Partial,

    /// <summary>Nothing is stored, and it is not proven that nothing came.</summary>
    Missing,
}

/// <summary>One window of one stream.</summary>
/// <param name="Window">The window.</param>
/// <param name="Verdict">What can be said of it.</param>
/// <param name="Whole">True when a whole object stands for it; a complete window without can be made whole.</param>
public readonly record struct WindowAudit(Window Window, WindowVerdict Verdict, bool Whole)
{
    /// <summary>How much the proof could know, by the best of the replicas that agree; unknown where nobody states it.</summary>
    public StatedGrade Grade { get; init; }
}

/// <summary>A gap that is in the store.</summary>
/// <param name="Range">What is missing.</param>
/// <param name="FromMicros">The time of the last event before it where a replica saw it, else the start of its window.</param>
/// <param name="ToMicros">The time of the first event after it where a replica saw it, else the end of its window.</param>
/// <param name="HeldBy">Replicas that say of the period's hours that they had something of it: it may still be on its way, or was lost after they had it.</param>
public sealed record MissingRange(SequenceRange Range, long FromMicros, long ToMicros, IReadOnlyList<string> HeldBy)
{
    /// <summary>Changes of a book: the time from which a whole book that was taken after the hole makes it known again; null where none was.</summary>
    public long? BookFromMicros { get; init; }
}

/// <summary>A gap that a replica reported and that nothing that is stored closes.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Why something is missing or doubtful.</param>
/// <param name="Range">What is missing; null for a span of time.</param>
/// <param name="FromMicros">Exchange time of the last event before it.</param>
/// <param name="ToMicros">Exchange time of the first event after it.</param>
public sealed record OpenGap(string Replica, string Cause, SequenceRange? Range, long FromMicros, long ToMicros)
{
    internal static OpenGap Of(GapRecord gap) => new(gap.Replica, gap.Cause, gap.Range, gap.From, gap.To);
}

/// <summary>A gap that a replica reported and that the store has not.</summary>
/// <param name="Range">What the replica missed.</param>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Why it missed it.</param>
/// <param name="ClosedBy">What closed it: <c>late</c>, <c>backfill</c>, or <c>replica</c> for what another one recorded.</param>
public sealed record ClosedGap(SequenceRange Range, string Replica, string Cause, string ClosedBy);

/// <summary>What can be said of one stream.</summary>
public sealed record StreamAudit
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>Every window in which the stream was to be recorded, in order.</summary>
    public required IReadOnlyList<WindowAudit> Windows { get; init; }

    /// <summary>The holes, by sequence.</summary>
    public required IReadOnlyList<MissingRange> Missing { get; init; }

    /// <summary>What replicas reported as missing or doubtful, is not closed, and is not among <see cref="Missing"/>.</summary>
    public IReadOnlyList<OpenGap> Open { get; init; } = [];

    /// <summary>The holes of single replicas that are closed.</summary>
    public required IReadOnlyList<ClosedGap> Closed { get; init; }

    /// <summary>What was fetched from the exchange after it had been missed.</summary>
    public IReadOnlyList<SequenceRange> Backfilled { get; init; } = [];

    /// <summary>How many messages the replicas recorded, all together.</summary>
    public required long ReplicaMessages { get; init; }

    /// <summary>How many holes the replicas saw, all together.</summary>
    public required int ReplicaGaps { get; init; }

    /// <summary>How many messages there are after merging.</summary>
    public required long Messages { get; init; }

    /// <summary>How many holes are left after merging.</summary>
    public required int Gaps { get; init; }

    /// <summary>How many windows have a verdict.</summary>
    public int Count(WindowVerdict verdict) => Windows.Count(window => window.Verdict == verdict);
}

/// <summary>What can be said of a period without opening a data object.</summary>
public sealed record AuditReport
{
    /// <summary>The streams that were to be recorded.</summary>
    public required IReadOnlyList<StreamAudit> Streams { get; init; }

    /// <summary>Journals that could not be used, and objects that the store did not give, each a sentence: what they said is not known.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>Objects that were opened, or have impossible names, and are not what they must be, each a sentence; the verdicts are those without them.</summary>
    public IReadOnlyList<string> Broken { get; init; } = [];

    /// <summary>How many objects were opened and held to their names, hashes and coverage.</summary>
    public int Verified { get; init; }

    /// <summary>True when every window is complete or quiet, and nothing is known to be missing.</summary>
    public bool NothingMissing => Streams.All(stream => stream.Missing.Count == 0 && stream.Open.Count == 0
        && stream.Windows.All(window => window.Verdict <= WindowVerdict.Quiet));

    /// <summary>How many windows have a verdict.</summary>
    public long Count(WindowVerdict verdict) => Streams.Sum(stream => (long)stream.Count(verdict));

    /// <summary>Holes per million messages over all replicas; null without a message.</summary>
    public double? ReplicaGapsPerMillion => PerMillion(Streams.Sum(stream => (long)stream.ReplicaGaps), Streams.Sum(stream => stream.ReplicaMessages));

    /// <summary>Holes per million messages after merging; null without a message.</summary>
    public double? GapsPerMillion => PerMillion(Streams.Sum(stream => (long)stream.Gaps), Streams.Sum(stream => stream.Messages));

    private static double? PerMillion(long gaps, long messages) => messages == 0 ? null : gaps * 1e6 / messages;
}
