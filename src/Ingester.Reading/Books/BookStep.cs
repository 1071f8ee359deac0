using Ingester.Reading.Merging;

namespace Ingester.Reading.Books;

/// <summary>One step of a book over time.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Micros">
/// Exchange time, microseconds UTC: of the diff, of the snapshot, the start of the period, or for <see cref="BookStepKind.Lost"/> the time up to which
/// the book was known.
/// </param>
internal readonly record struct BookStep(BookStepKind Kind, long Micros)
{
    /// <summary>The stored diff, or the mark; default for other kinds.</summary>
    public MarketEvent Event { get; init; }

    /// <summary>The stored snapshot; null for other kinds.</summary>
    public StoredSnapshot? Snapshot { get; init; }
}
