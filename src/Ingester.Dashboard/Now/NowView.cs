using Ingester.Core.Status;

namespace Ingester.Dashboard.Now;

/// <summary>What the page Now shows at one moment.</summary>
/// <param name="Diagnosis">Whether anything is wrong, and what.</param>
/// <param name="Recorders">The recorders.</param>
/// <param name="Exchanges">The rows of exchanges, filtered and ordered.</param>
/// <param name="Replicas">The replicas side by side; empty for fewer than two.</param>
/// <param name="Gaps">The open gaps, filtered, oldest first.</param>
/// <param name="HiddenGaps">Number of open gaps that are not shown because there are too many.</param>
public sealed record NowView(
    Diagnosis Diagnosis, IReadOnlyList<RecorderView> Recorders, IReadOnlyList<ExchangeRow> Exchanges, IReadOnlyList<ReplicaComparison> Replicas, IReadOnlyList<OpenGapRow> Gaps, long HiddenGaps)
{
    /// <summary>Maximum number of gaps on the page.</summary>
    public const int MaxGaps = 200;

    /// <summary>The columns that rows of exchanges can be ordered by, by their names in the address.</summary>
    public static IReadOnlyDictionary<string, Func<ExchangeRow, IComparable>> Columns { get; } = new Dictionary<string, Func<ExchangeRow, IComparable>>(StringComparer.Ordinal)
    {
        ["exchange"] = static row => row.State.Exchange,
        ["replica"] = static row => row.Replica,
        ["connections"] = static row => row.State.ConnectionsOpen,
        ["streams"] = static row => row.State.StreamsConfirmed,
        ["events"] = static row => row.State.EventsPerSecond,
        ["total"] = static row => row.State.Events,
        ["lag50"] = static row => row.State.LagP50,
        ["lag99"] = static row => row.State.LagP99,
        ["oldest"] = static row => row.State.OldestSeconds,
        ["backlog"] = static row => row.State.BacklogObjects,
        ["quarantine"] = static row => row.State.Quarantined,
        ["budget"] = static row => row.State.BudgetUsed,
        ["gaps"] = static row => row.OpenGaps,
    };

    /// <summary>Creates the view.</summary>
    /// <param name="recorders">What is known of the recorders.</param>
    /// <param name="filter">What is shown.</param>
    public static NowView Create(IReadOnlyList<RecorderView> recorders, NowFilter filter)
    {
        var rows =
            from recorder in recorders
            where recorder.Status is not null
            from state in recorder.Status!.Exchanges
            let row = new ExchangeRow(recorder.Name, state, recorder.Status!.OpenGaps.Count(gap => gap.Exchange == state.Exchange), recorder.Fault is not null)
            where filter.Matches(state.Exchange, recorder.Name, state.LastError) && (!filter.OnlyWrong || row.IsWrong)
            orderby state.Exchange, recorder.Name
            select row;
        var gaps =
            from recorder in recorders
            from gap in recorder.Status?.OpenGaps ?? []
            where filter.Matches(gap.Exchange, gap.Pair, gap.Dataset, gap.Cause, recorder.Name)
            orderby gap.From, gap.Exchange, gap.Pair
            select new OpenGapRow(recorder.Name, gap);
        var allGaps = gaps.ToList();
        var replicas = ReplicaComparison.Of(recorders).Where(one => filter.Matches(one.Exchange) && (!filter.OnlyWrong || one.Differences.Count > 0));
        return new(
            Diagnosis.Of(recorders), recorders, [.. Order(rows, filter)], [.. replicas], [.. allGaps.Take(MaxGaps)],
            Math.Max(0, allGaps.Count - MaxGaps) + recorders.Sum(recorder => recorder.Status?.Replica.GapsNotListed ?? 0));
    }

    private static IEnumerable<ExchangeRow> Order(IEnumerable<ExchangeRow> rows, NowFilter filter) =>
        filter.Sort is null || !Columns.TryGetValue(filter.Sort, out var column) ? rows
        : filter.Descending ? rows.OrderByDescending(column) : rows.OrderBy(column); // stable: rows with equal values keep their places
}
