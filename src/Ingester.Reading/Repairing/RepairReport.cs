namespace Ingester.Reading.Repairing;

/// <summary>The result of a repair.</summary>
public sealed record RepairReport
{
    /// <summary>The windows that now have a whole object.</summary>
    public required IReadOnlyList<RepairedWindow> Repaired { get; init; }

    /// <summary>One sentence for each window that is complete in fragments and could not be made whole.</summary>
    public required IReadOnlyList<string> Left { get; init; }

    /// <summary>One sentence for each object that is not readable. Because of them, more windows may be complete or missing than reported.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}
