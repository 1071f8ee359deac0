using Ingester.Core.Time;
using Ingester.Deriving.Objects;

namespace Ingester.Postgres.Tables;

/// <summary>The table of a derived dataset.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Name">The name of the table.</param>
/// <param name="Key">The columns of the primary key.</param>
/// <param name="HasMonths">True for a partition per month, false for one per day.</param>
/// <param name="IsNumbered">True when rows have a column <c>seq</c>: the number of the row among those of its market and object, from 0.</param>
/// <param name="LengthColumn">The column with the length of a row in minutes: such a row is in the object of its last minute, and begins up to a day before. Null where rows have no length.</param>
internal sealed record DerivedTable(DerivedDataset Dataset, string Name, IReadOnlyList<string> Key, bool HasMonths, bool IsNumbered, string? LengthColumn)
{
    private const long DayMicros = 24 * 60 * Window.MicrosPerMinute;

    /// <summary>All tables.</summary>
    public static IReadOnlyList<DerivedTable> All { get; } =
    [
        new(DerivedDataset.Bars, "bars", ["exchange", "pair", "minutes", "time"], HasMonths: true, IsNumbered: false, "minutes"),
        new(DerivedDataset.Quotes, "quotes", ["exchange", "pair", "time", "object_minute", "seq"], HasMonths: false, IsNumbered: true, null),
        new(DerivedDataset.BookMetrics, "book_metrics", ["exchange", "pair", "seconds", "time"], HasMonths: false, IsNumbered: false, null),
    ];

    /// <summary>The table of a dataset.</summary>
    public static DerivedTable Of(DerivedDataset dataset) => All.First(table => table.Dataset == dataset);

    /// <summary>The times that rows of the object of a minute may have: the end of the minute belongs to it, as the tick of a grid.</summary>
    public Period Span(long minute) => new(LengthColumn is null ? minute : minute + Window.MicrosPerMinute - DayMicros, minute + Window.MicrosPerMinute + 1);

    /// <summary>True when a row belongs to the object of a minute.</summary>
    /// <param name="minute">The minute, microseconds UTC.</param>
    /// <param name="micros">The time of the row.</param>
    /// <param name="length">Its length in minutes; null where rows have none.</param>
    public bool Contains(long minute, long micros, long? length) =>
        Span(minute).Contains(micros) && (length is not { } minutes || micros + minutes * Window.MicrosPerMinute == minute + Window.MicrosPerMinute);
}
