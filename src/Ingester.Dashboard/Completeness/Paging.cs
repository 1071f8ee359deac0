namespace Ingester.Dashboard.Completeness;

/// <summary>Cuts pages out of long lists.</summary>
internal static class Paging
{
    /// <summary>Number of rows of a page.</summary>
    public const int RowsPerPage = 50;

    /// <summary>Cuts one page.</summary>
    /// <param name="selected">What passed the filters, in order.</param>
    /// <param name="requested">The requested page, from 1.</param>
    /// <param name="totalStreams">Number of streams before filtering.</param>
    /// <param name="toRow">Makes a row; called for the rows of the page only.</param>
    public static GridPage<TRow> Cut<TSource, TRow>(IReadOnlyList<TSource> selected, int requested, int totalStreams, Func<TSource, TRow> toRow)
    {
        var pages = Math.Max(1, (selected.Count + RowsPerPage - 1) / RowsPerPage);
        var page = Math.Clamp(requested, 1, pages);
        return new([.. selected.Skip((page - 1) * RowsPerPage).Take(RowsPerPage).Select(toRow)], page, pages, selected.Count, totalStreams);
    }
}
