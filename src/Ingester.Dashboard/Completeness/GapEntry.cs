using Ingester.Core.Sequencing;

namespace Ingester.Dashboard.Completeness;

/// <summary>One gap of a stream, as the gap panel shows it.</summary>
public sealed record GapEntry
{
    /// <summary>Identifies the gap in addresses, within its stream and day.</summary>
    public required string Id { get; init; }

    /// <summary>How the gap is known.</summary>
    public required GapKind Kind { get; init; }

    /// <summary>The missing ids; null when only the time is known.</summary>
    public SequenceRange? Range { get; init; }

    /// <summary>Time of the last event before the gap, microseconds UTC.</summary>
    public required long FromMicros { get; init; }

    /// <summary>Time of the first event after the gap.</summary>
    public required long ToMicros { get; init; }

    /// <summary>Why events are missing or doubtful; empty when no replica reported it.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>The replicas that reported the gap.</summary>
    public IReadOnlyList<string> ReportedBy { get; init; } = [];

    /// <summary>The replicas whose coverage claims a part of the missing ids.</summary>
    public IReadOnlyList<string> HeldBy { get; init; } = [];

    /// <summary>What closed the gap: <c>late</c>, <c>backfill</c> or <c>replica</c>; null while it is open.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>For diffs: the time of a snapshot after the gap; null when there is none.</summary>
    public long? BookKnownFromMicros { get; init; }

    /// <summary>The gap in one sentence without its times.</summary>
    public required string Text { get; init; }

    /// <summary>The command that repairs what can be repaired; null for closed gaps.</summary>
    public string? Command { get; init; }

    /// <summary>What the command can do, in a sentence; null for closed gaps.</summary>
    public string? Outlook { get; init; }

    /// <summary>True when a time span of the day overlaps the gap.</summary>
    public bool Overlaps(long fromMicros, long toMicros) => FromMicros < toMicros && ToMicros >= fromMicros;
}
