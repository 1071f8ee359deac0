using System.Globalization;
using System.Text;

namespace Ingester.Checking;

/// <summary>Writes a report as Markdown.</summary>
internal static class ReportText
{
    /// <summary>The report as text.</summary>
    public static string Format(CheckReport report)
    {
        var text = new StringBuilder();
        Line(text, $"# Check of {report.Exchange}: {Word(report.Verdict)}");
        Line(text, $"");
        Line(text, $"Protocol {report.Protocol}, {string.Join(", ", report.Endpoints)}. Recorded {report.Seconds:0} s from {report.Began:yyyy-MM-dd HH:mm:ss} UTC with ingester {report.Program}.");
        Line(text, $"");
        Table(text, ["part", "verdict", "why"], report.Parts.Select(part => new[] { part.Name, Word(part.Verdict), string.Join(" ", part.Reasons) }));
        WriteMarketList(text, report.MarketList, report.Markets);
        if (report is { Connections: { } connections, Frames: { } frames })
        {
            WriteConnections(text, connections, frames);
            WriteDatasets(text, report.Datasets);
            WriteBooks(text, report);
            WriteQuarantine(text, frames);
            Heading(text, "Raw recording");
            foreach (var file in report.RawFiles)
                Line(text, $"- `{file}`");
            Line(text, $"");
            Line(text, $"{Number(report.RawDropped)} messages are missing in it.");
        }

        Heading(text, "Warnings of the recorder");
        foreach (var warning in report.Warnings)
            Line(text, $"- {(warning.IsError ? "error" : "warning")}, {warning.Count}×: {warning.Message}");
        if (report.Warnings.Count == 0)
            Line(text, $"None.");
        return text.ToString();
    }

    /// <summary>The word for a verdict.</summary>
    public static string Word(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Passed => "passed",
        CheckVerdict.Unjudged => "not judged",
        _ => "failed",
    };

    private static void WriteMarketList(StringBuilder text, MarketListFacts list, IReadOnlyList<string> markets)
    {
        Heading(text, "Market list");
        if (list.Error is not null)
        {
            Line(text, $"{list.Error}");
            return;
        }

        Line(text, $"- {list.Markets} markets: {Pairs(list.States)}; by status: {Pairs(list.Statuses)}; by type: {Pairs(list.Types)}.");
        Line(text, $"- {list.NamedByRule} of {list.Trading} trading markets have the name that their symbol gives without the list.");
        foreach (var other in list.OtherNames)
            Line(text, $"  - {other}");
        Line(text, $"- Facts that trading markets lack: {(list.MissingFacts.Count == 0 ? "none" : Pairs(list.MissingFacts))}.");
        Line(text, $"- Entries that could not be read: {list.Unreadable}.");
        foreach (var entry in list.UnreadableExamples)
            Line(text, $"  - {entry}");
        Line(text, $"- Recorded: {(markets.Count == 0 ? "none" : string.Join(", ", markets))}.");
    }

    private static void WriteConnections(StringBuilder text, ConnectionFacts connections, FrameFacts frames)
    {
        Heading(text, "Connections");
        Table(text, ["fact", "value"],
        [
            ["connections opened", Number(connections.Opened)],
            ["time to open, s (longest)", Number(connections.DialSeconds)],
            ["time to the first frame, s (longest)", Number(connections.FirstFrameSeconds)],
            ["attempts that failed", Pairs(connections.Failed)],
            ["connections lost", Pairs(connections.Lost)],
            ["subscription requests with a problem", Pairs(connections.Requests)],
            ["heartbeats received", Number(connections.Heartbeats)],
            ["messages sent", Number(connections.Sent)],
            ["pings sent", Number(connections.PingsSent)],
            ["pings answered", Number(connections.PingsAnswered)],
            ["notices of an end", Number(connections.ClosingSoon)],
            ["jumps of the connection's counter", Number(connections.MessagesLost)],
            ["frames", Number(frames.Received)],
            ["messages of channels that were not subscribed", Pairs(frames.Ignored)],
            ["frames quarantined", Number(frames.Quarantined.Sum(group => group.Frames))],
        ]);
    }

    private static void WriteDatasets(StringBuilder text, IReadOnlyList<DatasetFacts> datasets)
    {
        Heading(text, "Datasets");
        string[] Row(string name, Func<DatasetFacts, string> value) => [name, .. datasets.Select(value)];
        Table(text, Row("fact", dataset => dataset.Dataset),
        [
            Row("channel", dataset => dataset.Channel),
            Row("streams", dataset => Number(dataset.Streams)),
            Row("streams not confirmed", dataset => Number(dataset.Unconfirmed.Count)),
            Row("markets with an event", dataset => Number(dataset.MarketsReceived)),
            Row("time to the first event, s", dataset => Number(dataset.FirstAfterSeconds)),
            Row("messages", dataset => Number(dataset.Messages)),
            Row("events", dataset => Number(dataset.Events)),
            Row("replayed trades", dataset => Number(dataset.Replayed)),
            Row("snapshots on the stream", dataset => Number(dataset.SnapshotsInBand)),
            Row("ids that chain", dataset => Number(dataset.Chained)),
            Row("ids that jump", dataset => Number(dataset.Jumps)),
            Row("ids again (duplicates)", dataset => Number(dataset.Duplicates)),
            Row("ids that overlap", dataset => Number(dataset.Overlaps)),
            Row("ids that step back", dataset => Number(dataset.Backward)),
            Row("events without ids", dataset => Number(dataset.WithoutIds)),
            Row("events without time", dataset => Number(dataset.WithoutTime)),
            Row("times that step back", dataset => Number(dataset.TimeBack)),
            Row("diffs with a checksum", dataset => Number(dataset.Checksums)),
            Row("lag of the exchange's time, ms (median)", dataset => Number(dataset.LagMedianMilliseconds)),
            Row("the same, 99 %", dataset => Number(dataset.Lag99Milliseconds)),
            Row("gap rows", dataset => Pairs(dataset.Gaps)),
            Row("whole windows", dataset => Number(dataset.WholeWindows)),
            Row("fragments", dataset => Number(dataset.Fragments)),
        ]);
    }

    private static void WriteBooks(StringBuilder text, CheckReport report)
    {
        if (report.Books is not { } books)
            return;
        Heading(text, "Books");
        Line(text, $"- Snapshots stored: {books.Stored}; requests by outcome: {Pairs(books.Fetched)}.");
        Line(text, $"- Books that failed a check: {Pairs(books.Invalid)}. Checksums {(report.ExpectsChecksums ? "are verified at each diff" : "are not sent by this exchange")}.");
    }

    private static void WriteQuarantine(StringBuilder text, FrameFacts frames)
    {
        Heading(text, "Frames that could not be decoded");
        foreach (var group in frames.Quarantined)
        {
            Line(text, $"- {group.Frames}×: {group.Reason}");
            Line(text, $"");
            Line(text, $"      {group.Example.ReplaceLineEndings(" ")}");
            Line(text, $"");
        }

        if (frames.Quarantined.Count == 0)
            Line(text, $"None.");
    }

    private static void Heading(StringBuilder text, string title)
    {
        Line(text, $"");
        Line(text, $"## {title}");
        Line(text, $"");
    }

    private static void Table(StringBuilder text, string[] titles, IEnumerable<string[]> rows)
    {
        Line(text, $"| {string.Join(" | ", titles)} |");
        Line(text, $"|{string.Concat(titles.Select(_ => " --- |"))}");
        foreach (var row in rows)
            Line(text, $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")))} |");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double? number) => number?.ToString("0.###", CultureInfo.InvariantCulture) ?? "–";

    private static string Pairs<T>(IReadOnlyDictionary<string, T> counts) =>
        counts.Count == 0 ? "–" : string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{(count.Key.Length == 0 ? "without a name" : count.Key)} {count.Value}")));
}
