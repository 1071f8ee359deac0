namespace Ingester.Client;

/// <summary>A gap in a stream.</summary>
/// <param name="FromMicros">Time of the last event before it, or the start of that event's window, microseconds since 1970 UTC.</param>
/// <param name="ToMicros">Time of the first event after it, or the end of that event's window.</param>
/// <param name="Causes">Why replicas missed the events; empty when none reported it.</param>
public sealed record Gap(long FromMicros, long ToMicros, IReadOnlyList<string> Causes)
{
    /// <summary>The last id before it; null without ids.</summary>
    public long? After { get; init; }

    /// <summary>The last missing id; null without ids.</summary>
    public long? UpTo { get; init; }

    /// <summary>What closed it: <c>late</c>, <c>backfill</c>, or <c>replica</c> (another replica has the events). Null when the events are missing.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>Of a gap in the diffs: time of a snapshot after it, from which the book is known again; null when there is none.</summary>
    public long? BookKnownFromMicros { get; init; }
}
