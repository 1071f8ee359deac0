using Ingester.Core.Sequencing;

namespace Ingester.Reading.Auditing;

/// <summary>Ids that are missing in the store.</summary>
/// <param name="Range">The missing ids.</param>
/// <param name="FromMicros">Time of the last event before the gap if a replica saw it; otherwise the start of that event's window.</param>
/// <param name="ToMicros">Time of the first event after the gap if a replica saw it; otherwise the end of that event's window.</param>
/// <param name="HeldBy">Replicas whose coverage contains some of the missing ids. Their objects may not be uploaded yet, or were lost.</param>
public sealed record MissingRange(SequenceRange Range, long FromMicros, long ToMicros, IReadOnlyList<string> HeldBy)
{
    /// <summary>Why replicas missed some of these ids, as their <c>gaps</c> rows state it, in ordinal order. Empty when no replica reported them.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>Replicas whose <c>gaps</c> rows report that they missed some of these ids, in ordinal order.</summary>
    public IReadOnlyList<string> ReportedBy { get; init; } = [];

    /// <summary>
    /// For diffs: the time of a snapshot taken after the gap, from which the book is known again. Null when there is no such snapshot.
    /// </summary>
    public long? BookKnownFromMicros { get; init; }
}
