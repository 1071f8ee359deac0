namespace Ingester.Dashboard.Markets.Objects;

/// <summary>The objects behind a figure.</summary>
/// <param name="Objects">The objects in order of time, at most <see cref="MaxListed"/>.</param>
/// <param name="Count">Number of objects in total.</param>
public sealed record SourceObjects(IReadOnlyList<SourceObject> Objects, int Count)
{
    /// <summary>Maximum number of objects that a page lists.</summary>
    public const int MaxListed = 200;
}
