using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Reading;
using Ingester.Core.Segments;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary><c>ingester audit</c>: what is complete and what is missing.</summary>
internal static class AuditCommand
{
    private const int MostShown = 40;

    private static readonly ScopeOptions Scope = new("audited");
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("audit", """
            Tells every window of every market apart: complete, quiet (proven that nothing came), partial or missing.

            It reads listings, coverage and gaps, and opens no data object. The exit code is 1 when anything is partial or missing, or when there was nothing to judge.
            """)
        {
            Json,
        };
        Scope.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(CommandRunner.Guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var archive = await Archive.OpenAsync(line, cancel);
        var report = await archive.AuditAsync(Scope.Read(line), cancel);
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(Form(report), JsonSerializerOptions.Web));
        else
            Write(report, Screen.Open());
        if (report.Streams.Sum(stream => (long)stream.Windows.Count) == 0)
        {
            await Console.Error.WriteLineAsync("Nothing was judged: no stream that fits is known in this period, or no window begins in it.");
            return CommandRunner.Failed;
        }

        return report is { NothingMissing: true, Unreadable.Count: 0 } ? CommandRunner.Done : CommandRunner.Failed;
    }

    private static void Write(AuditReport report, IAnsiConsole screen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("stream");
        foreach (var title in new[] { "complete", "quiet", "partial", "missing", "messages", "gaps of replicas", "gaps left" })
            table.AddColumn(new TableColumn(title).RightAligned());
        var faulty = report.Streams.Where(IsFaulty).ToList();
        foreach (var stream in faulty.Take(MostShown))
            table.AddRow(Markup.Escape(stream.Stream.Text), Number(stream.Count(WindowVerdict.Complete)), Number(stream.Count(WindowVerdict.Quiet)),
                Number(stream.Count(WindowVerdict.Partial)), Number(stream.Count(WindowVerdict.Missing)), Number(stream.Messages),
                Number(stream.ReplicaGaps), Number(stream.Gaps));
        if (faulty.Count > 0)
            screen.Write(table);
        if (faulty.Count > MostShown)
            screen.WriteLine($"… and {faulty.Count - MostShown} more streams with holes; --json has them all.");
        foreach (var (stream, hole) in faulty.SelectMany(stream => stream.Missing.Select(hole => (stream, hole))).Take(MostShown))
            screen.WriteLine($"{stream.Stream}: {hole.Range} is missing between {Time(hole.FromMicros)} and {Time(hole.ToMicros)}"
                + (hole.HeldBy.Count > 0 ? $"; {string.Join(", ", hole.HeldBy)} had of it" : "")
                + (hole.BookFromMicros is { } again ? $"; the book is known again from {Time(again)}" : ""));
        foreach (var sentence in report.Unreadable)
            screen.WriteLine(sentence);
        screen.WriteLine($"{report.Streams.Count:N0} streams, {report.Streams.Sum(stream => (long)stream.Windows.Count):N0} windows: "
            + $"{report.Count(WindowVerdict.Complete):N0} complete, {report.Count(WindowVerdict.Quiet):N0} quiet, "
            + $"{report.Count(WindowVerdict.Partial):N0} partial, {report.Count(WindowVerdict.Missing):N0} missing.");
        screen.WriteLine($"Gaps per million messages: {Rate(report.ReplicaGapsPerMillion)} over the replicas, {Rate(report.GapsPerMillion)} after merging them.");
    }

    private static bool IsFaulty(StreamAudit stream) => stream.Windows.Any(window => window.Verdict > WindowVerdict.Quiet);

    private static object Form(AuditReport report) => new
    {
        report.NothingMissing,
        Complete = report.Count(WindowVerdict.Complete),
        Quiet = report.Count(WindowVerdict.Quiet),
        Partial = report.Count(WindowVerdict.Partial),
        Missing = report.Count(WindowVerdict.Missing),
        report.ReplicaGapsPerMillion,
        report.GapsPerMillion,
        report.Unreadable,
        Streams = report.Streams.Select(stream => new
        {
            Dataset = stream.Stream.Dataset.Name(),
            stream.Stream.Exchange,
            Pair = stream.Stream.Market,
            Complete = stream.Count(WindowVerdict.Complete),
            Quiet = stream.Count(WindowVerdict.Quiet),
            NotWhole = stream.Windows.Count(window => window is { Verdict: WindowVerdict.Complete, Whole: false }),
            Partial = stream.Windows.Where(window => window.Verdict == WindowVerdict.Partial).Select(window => window.Window.StartMicros),
            Missing = stream.Windows.Where(window => window.Verdict == WindowVerdict.Missing).Select(window => window.Window.StartMicros),
            Holes = stream.Missing.Select(hole => new { hole.Range.After, hole.Range.UpTo, From = hole.FromMicros, To = hole.ToMicros, hole.HeldBy, BookFrom = hole.BookFromMicros }),
            Closed = stream.Closed.Select(gap => new { gap.Range.After, gap.Range.UpTo, gap.Replica, gap.Cause, gap.ClosedBy }),
            stream.Messages,
            stream.Gaps,
            stream.ReplicaMessages,
            stream.ReplicaGaps,
        }),
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(double? rate) => rate?.ToString("0.###", CultureInfo.InvariantCulture) ?? "no messages";

    private static string Time(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
