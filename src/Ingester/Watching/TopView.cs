using System.Globalization;
using Ingester.Core.Status;
using Ingester.Replaying;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ingester.Watching;

/// <summary>Renders the state of recorders as text and tables.</summary>
internal static class TopView
{
    private const int MaxGaps = 10;

    /// <summary>Renders the state.</summary>
    public static IRenderable Render(IReadOnlyList<RecorderView> recorders)
    {
        var diagnosis = Diagnosis.Of(recorders);
        List<IRenderable> parts = [new Text(diagnosis.Sentence, new Style(diagnosis.IsWrong ? Color.Red : Color.Green, decoration: Decoration.Bold))];
        if (diagnosis.Problems.Count > 1)
            parts.AddRange(diagnosis.Problems.Skip(1).Select(problem => new Text($"  also: {problem}")));
        parts.Add(ReplicaTable(recorders));
        parts.Add(ExchangeTable(recorders));
        parts.AddRange(ReplicaComparison.Of(recorders).Where(one => one.Differences.Count > 0).Select(one => new Text($"Replicas differ on {one.Exchange}: {string.Join("; ", one.Differences)}")));
        if (recorders.Any(recorder => recorder.Status?.OpenGaps.Any() == true))
            parts.Add(GapTable(recorders));
        return new Rows(parts);
    }

    private static Table ReplicaTable(IReadOnlyList<RecorderView> recorders)
    {
        var table = CreateTable("replica", ["recording since (UTC)", "not stored", "oldest", "spool", "lost segments", "last answer (UTC)"]);
        foreach (var recorder in recorders)
            AddRow(table, recorder.Status?.Replica is not { } replica
                ? [recorder.Name, "–", "–", "–", "–", "–", "never"]
                :
                [
                    recorder.Name, Time(replica.Began), $"{replica.BacklogObjects:N0}", $"{replica.OldestSeconds:N0} s", $"{replica.SpoolFiles:N0} objects",
                    $"{replica.SegmentsDropped:N0}", recorder.AnsweredAt is { } at ? Time(at) : "never",
                ]);
        return table;
    }

    private static Table ExchangeTable(IReadOnlyList<RecorderView> recorders)
    {
        var table = CreateTable("exchange", ["replica", "connections", "streams", "events/s", "lag p50", "lag p99", "oldest not stored", "quarantined", "budget", "open gaps"]);
        var rows =
            from recorder in recorders
            from exchange in recorder.Status?.Exchanges ?? []
            orderby exchange.Exchange, recorder.Name
            select (recorder, exchange);
        foreach (var (recorder, exchange) in rows)
            AddRow(table,
            [
                exchange.Exchange, recorder.Name, $"{exchange.ConnectionsOpen}/{exchange.ConnectionsWanted}", $"{exchange.StreamsConfirmed}/{exchange.StreamsWanted}",
                $"{exchange.EventsPerSecond:N0}", $"{exchange.LagP50} ms", $"{exchange.LagP99} ms", exchange.BacklogObjects == 0 ? "none" : $"{exchange.OldestSeconds:N0} s",
                $"{exchange.Quarantined:N0}", $"{exchange.BudgetUsed * 100:0} %", $"{recorder.Status!.OpenGaps.Count(gap => gap.Exchange == exchange.Exchange)}",
            ]);
        return table;
    }

    private static Table GapTable(IReadOnlyList<RecorderView> recorders)
    {
        var table = CreateTable("open gap", ["replica", "cause", "missing ids", "from (UTC)", "to (UTC)"]);
        var gaps = recorders.SelectMany(recorder => (recorder.Status?.OpenGaps ?? []).Select(gap => (recorder, gap))).OrderByDescending(pair => pair.gap.From).ToList();
        foreach (var (recorder, gap) in gaps.Take(MaxGaps))
            AddRow(table, [$"{gap.Dataset} {gap.Exchange} {gap.Pair}", recorder.Name, gap.Cause, gap.Missing is { } missing ? $"{missing:N0}" : "unknown", EventLineWriter.FormatTime(gap.From), EventLineWriter.FormatTime(gap.To)]);
        if (gaps.Count > MaxGaps)
            table.Caption($"the latest {MaxGaps} of {gaps.Count}");
        return table;
    }

    private static Table CreateTable(string first, IEnumerable<string> others)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(new TableColumn(first).NoWrap());
        foreach (var heading in others)
            table.AddColumn(new TableColumn(heading).RightAligned());
        return table;
    }

    private static void AddRow(Table table, IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
