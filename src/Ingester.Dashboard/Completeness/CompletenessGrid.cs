using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Dashboard.Completeness.Auditing;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Days.Certificates;

namespace Ingester.Dashboard.Completeness;

/// <summary>Makes the grid market × day: the worst verdict, and whether the day is certified.</summary>
internal static class CompletenessGrid
{
    /// <summary>Makes one page of the grid.</summary>
    /// <param name="reports">The days, oldest first.</param>
    /// <param name="certificates">The newest certificates of these days.</param>
    /// <param name="query">Filters and page.</param>
    public static GridPage<GridRow> Build(IReadOnlyList<DayReport> reports, IReadOnlyList<CertificateSummary> certificates, CompletenessQuery query)
    {
        var days = reports.Select(report => report.Streams.ToDictionary(day => day.Stream)).ToList();
        var all = days.SelectMany(day => day.Keys).Distinct().OrderBy(stream => stream.Exchange, StringComparer.Ordinal).ThenBy(stream => stream.Market, StringComparer.Ordinal).ThenBy(stream => stream.Dataset).ToList();
        var selected = all.FindAll(stream => query.Selects(stream) && (!query.OnlyMissing || days.Exists(day => day.TryGetValue(stream, out var found) && found.HasFindings)));
        var conditions = certificates.ToDictionary(certificate => (certificate.Day, certificate.Exchange, certificate.Dataset), certificate => certificate);
        return Paging.Cut(selected, query.Page, all.Count, stream => new GridRow(stream,
            [.. reports.Select((report, index) => ToCell(report, days[index].GetValueOrDefault(stream), conditions.GetValueOrDefault((report.Day, stream.Exchange, stream.Dataset.Name()))?.ConditionOf(stream.Market)))]));
    }

    /// <summary>Describes the minutes of a day in words, such as <c>1,437 minutes complete, 3 missing; 1 gap is open</c>.</summary>
    public static string Describe(StreamDay day)
    {
        var parts = DisplayStates.All.Where(state => day.Count(state) > 0).Select((state, index) =>
            string.Create(CultureInfo.InvariantCulture, $"{day.Count(state):N0} {(index > 0 ? "" : day.Count(state) == 1 ? "minute " : "minutes ")}{DisplayStates.Word(state)}"));
        var open = day.MissingRanges.Count + day.OpenGaps.Count;
        return string.Join(", ", parts) + (open == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {open:N0} {(open == 1 ? "gap is" : "gaps are")} open"));
    }

    private static GridCell ToCell(DayReport report, StreamDay? day, string? condition)
    {
        var certified = condition is null ? "" : $"; certified {condition}";
        var date = report.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return day is not null ? new(report.Day, StateOf(day), condition, $"{date}: {Describe(day)}{(report.IsAudited ? "" : "; not all of the day is read yet")}{certified}")
            : report.IsAudited ? new(report.Day, DisplayState.NotExpected, condition, $"{date}: not expected{certified}")
            : new(report.Day, null, condition, $"{date}: not read yet{certified}");
    }

    /// <summary>A day with an open gap is at least partial, even if the gap is outside of every window that is not proven.</summary>
    private static DisplayState StateOf(StreamDay day) => day.HasFindings && !DisplayStates.IsWrong(day.State) ? DisplayState.Partial : day.State;
}
