using Ingester.Dashboard.Completeness.Auditing;

namespace Ingester.Dashboard.Completeness;

/// <summary>Makes the list of the streams of one day, with one state for each hour.</summary>
internal static class DayStreams
{
    /// <summary>Makes one page of the list.</summary>
    public static GridPage<DayRow> Build(DayReport report, CompletenessQuery query)
    {
        var selected = report.Streams.Where(day => query.Selects(day.Stream) && (!query.OnlyMissing || day.HasFindings)).ToList();
        return Paging.Cut(selected, query.Page, report.Streams.Count, static day =>
            new DayRow(day.Stream, day.ToHours(), CompletenessGrid.Describe(day), day.MissingRanges.Count + day.OpenGaps.Count));
    }
}
