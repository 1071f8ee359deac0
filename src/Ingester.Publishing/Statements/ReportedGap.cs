using System.Text.Json.Serialization;

namespace Ingester.Publishing.Statements;

/// <summary>A gap that a replica reported.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Cause">Its cause.</param>
/// <param name="After">The last id before it; null without ids.</param>
/// <param name="UpTo">The last missing id; null without ids.</param>
internal sealed record ReportedGap(string Replica, string Cause, long? After, [property: JsonPropertyName("upto")] long? UpTo)
{
    /// <summary>Time of the last event before it, microseconds UTC.</summary>
    public required long From { get; init; }

    /// <summary>Time of the first event after it.</summary>
    public required long To { get; init; }

    /// <summary>What closed it: <c>late</c>, <c>backfill</c>, <c>archive</c> (a file of the exchange), or <c>replica</c> (another replica has the ids); null while it is open.</summary>
    public string? ClosedBy { get; init; }
}
