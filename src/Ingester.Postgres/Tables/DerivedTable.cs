using Ingester.Core.Time;
using Ingester.Deriving.Objects;

namespace Ingester.Postgres.Tables;

/// <summary>The table of a derived dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Name">The name of the table.</param>
/// <param name="Key">The columns of the primary key.</param>
/// <param name="HasMonths">True for a partition per month, false for one per day.</param>
/// <param name="IsNumbered">True when rows have a column <c>seq</c>: the number of the row among those of its market and object, from 0.</param>
/// <param name="EarlierMicros">How long before its minute the rows of an object may begin, in microseconds.</param>
internal sealed record DerivedTable(DerivedDataset Dataset, string Name, IReadOnlyList<string> Key, bool HasMonths, bool IsNumbered, long EarlierMicros)
{
    private const long DayMicros = 24 * 60 * Window.MicrosPerMinute;

    /// <summary>All tables.</summary>
    public static IReadOnlyList<DerivedTable> All { get; } =
    [
        new(DerivedDataset.Bars, "bars", ["exchange", "pair", "minutes", "time"], HasMonths: true, IsNumbered: false, DayMicros),
        new(DerivedDataset.Quotes, "quotes", ["exchange", "pair", "time", "object_minute", "seq"], HasMonths: false, IsNumbered: true, 0),
        new(DerivedDataset.BookMetrics, "book_metrics", ["exchange", "pair", "seconds", "time"], HasMonths: false, IsNumbered: false, 0),
    ];

    /// <summary>The table of a dataset.</summary>
    public static DerivedTable Of(DerivedDataset dataset) => All.First(table => table.Dataset == dataset);

    /// <summary>The times that rows of the object of a minute may have: the end of the minute belongs to it, as the tick of a grid.</summary>
    public Period Span(long minute) => new(minute - EarlierMicros, minute + Window.MicrosPerMinute + 1);
}
