namespace Ingester.Dashboard.Days;

/// <summary>A chart over days.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Unit">The unit of the values.</param>
/// <param name="Series">The series.</param>
public sealed record DayChart(string Title, string Unit, IReadOnlyList<DaySeries> Series)
{
    private const double BytesPerMib = 1 << 20;

    /// <summary>True when no value is known.</summary>
    public bool IsEmpty => Series.All(series => series.Points.All(point => point.Value is null));

    /// <summary>The charts of the page.</summary>
    /// <param name="days">The figures, oldest day first.</param>
    internal static IReadOnlyList<DayChart> Of(IReadOnlyList<DayFigures> days) =>
    [
        new("Gaps per million messages", "gaps per million", [Line("single replicas", days, day => day.GapsBefore), Line("after merging", days, day => day.GapsAfter)]),
        new("Events", "events", [Line("events", days, day => day.Events)]),
        new("Storage", "MiB", [Line("segments and journals", days, day => day.Bytes / BytesPerMib)]),
        new("Cost of requests", "dollars", [Line("requests", days, day => day.RequestDollars)]),
    ];

    private static DaySeries Line(string name, IReadOnlyList<DayFigures> days, Func<DayFigures, double?> value) => new(name, [.. days.Select(day => (day.Day, value(day)))]);
}
