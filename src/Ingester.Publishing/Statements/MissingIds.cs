using System.Text.Json.Serialization;

namespace Ingester.Publishing.Statements;

/// <summary>Ids that no stored object contains.</summary>
/// <param name="After">The last id before the gap.</param>
/// <param name="UpTo">The last missing id.</param>
/// <param name="From">Time of the last event before, microseconds UTC; the start of its window if no replica saw it.</param>
/// <param name="To">Time of the first event after; the end of its window if no replica saw it.</param>
/// <param name="Causes">Why replicas missed them.</param>
/// <param name="HeldBy">Replicas that report to have recorded some of them.</param>
/// <param name="BookFrom">Of diffs: the time of a snapshot after the gap; null when there is none.</param>
internal sealed record MissingIds(long After, [property: JsonPropertyName("upto")] long UpTo, long From, long To, IReadOnlyList<string> Causes, IReadOnlyList<string> HeldBy, long? BookFrom);
