namespace Ingester.Dashboard.Completeness;

/// <summary>One page of a grid.</summary>
/// <param name="Rows">The rows of the page.</param>
/// <param name="Page">The page, from 1; the last one when a later one was requested.</param>
/// <param name="Pages">Number of pages, at least 1.</param>
/// <param name="TotalRows">Number of rows on all pages.</param>
/// <param name="TotalStreams">Number of streams before filtering.</param>
internal sealed record GridPage<T>(IReadOnlyList<T> Rows, int Page, int Pages, int TotalRows, int TotalStreams);
