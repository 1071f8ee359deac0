using System.Globalization;
using Ingester.Reading.Auditing;
using Ingester.Replaying;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary>Writes an audit as text: every incomplete window and every open gap with its times.</summary>
internal static class AuditText
{
    private const int MaxShown = 40;

    /// <summary>Writes a report.</summary>
    public static void Write(AuditReport report, AuditScope scope, IAnsiConsole screen)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("stream");
        foreach (var title in new[] { "complete", "quiet", "disputed", "partial", "missing", "messages", "replica gaps", "merged gaps" })
            table.AddColumn(new TableColumn(title).RightAligned());
        var faulty = report.Streams.Where(HasFindings).ToList();
        foreach (var stream in faulty.Take(MaxShown))
            table.AddRow([Markup.Escape(stream.Stream.Text), .. Enum.GetValues<WindowVerdict>().Select(verdict => FormatCount(stream.Count(verdict))),
                FormatCount(stream.Messages), FormatCount(stream.ReplicaGaps), FormatCount(stream.Gaps)]);
        if (faulty.Count > 0)
            screen.Write(table);
        if (faulty.Count > MaxShown)
            screen.WriteLine($"… and {faulty.Count - MaxShown} more streams with gaps; --json has them all.");
        WriteLimited(screen, faulty.SelectMany(stream => WindowRuns(stream).Select(run => $"{stream.Stream}: {run}")), "windows");
        WriteLimited(screen, faulty.SelectMany(stream => stream.MissingRanges.Select(gap => DescribeGap(stream, gap)).Concat(stream.OpenGaps.Select(gap => DescribeGap(stream, gap)))), "gaps");
        WriteLimited(screen, report.Streams.SelectMany(stream => stream.Archived.Select(part => $"{stream.Stream}: {part.Range} is from the exchange's file {part.File}")), "ranges");
        WriteLimited(screen, report.Broken, "objects");
        foreach (var sentence in report.Unreadable)
            screen.WriteLine(sentence);
        screen.WriteLine($"{report.Streams.Count:N0} streams, {report.Streams.Sum(stream => (long)stream.Windows.Count):N0} windows: "
            + $"{report.Count(WindowVerdict.Complete):N0} complete, {report.Count(WindowVerdict.Quiet):N0} quiet, {report.Count(WindowVerdict.Disputed):N0} disputed, "
            + $"{report.Count(WindowVerdict.Partial):N0} partial, {report.Count(WindowVerdict.Missing):N0} missing.");
        screen.WriteLine($"Gaps per million messages: {FormatRate(report.ReplicaGapsPerMillion)} per replica, {FormatRate(report.GapsPerMillion)} after the merge.");
        WriteGrades(report, screen);
        if (report.Streams.Sum(stream => (long)stream.ExpiredObjects) is > 0 and var expired)
            screen.WriteLine($"{expired:N0} objects have expired: they were removed after their days were certified. Their windows are judged by their names, as in the certificate.");
        screen.WriteLine(scope.SampleSize == 0
            ? "Not checked: whether objects hold what their names say (--verify N opens some), and streams without any object or journal row in this period and the seven days before."
            : $"{report.Verified:N0} objects were opened, {report.Broken.Count:N0} failed a check. Not checked: the other objects, and streams without any object or journal row.");
    }

    private static void WriteLimited(IAnsiConsole screen, IEnumerable<string> sentences, string what)
    {
        var all = sentences.ToList();
        foreach (var sentence in all.Take(MaxShown))
            screen.WriteLine(sentence);
        if (all.Count > MaxShown)
            screen.WriteLine($"… and {all.Count - MaxShown} more {what}; --json has them all.");
    }

    /// <summary>Joins adjacent windows with the same verdict.</summary>
    private static IEnumerable<string> WindowRuns(StreamAudit stream)
    {
        (WindowVerdict Verdict, long From, long To, int Count)? run = null;
        foreach (var window in stream.Windows.Where(window => window.Verdict > WindowVerdict.Quiet))
        {
            if (run is { } open && open.Verdict == window.Verdict && open.To == window.Window.StartMicros)
            {
                run = open with { To = window.Window.EndMicros, Count = open.Count + 1 };
                continue;
            }

            if (run is { } done)
                yield return Describe(done);
            run = (window.Verdict, window.Window.StartMicros, window.Window.EndMicros, 1);
        }

        if (run is { } last)
            yield return Describe(last);
    }

    private static string Describe((WindowVerdict Verdict, long From, long To, int Count) run) =>
        $"{run.Verdict.ToString().ToLowerInvariant()} from {EventLineWriter.FormatTime(run.From)} to {EventLineWriter.FormatTime(run.To)} ({run.Count:N0} {(run.Count == 1 ? "window" : "windows")})";

    private static string DescribeGap(StreamAudit stream, MissingRange gap) => $"{stream.Stream}: {gap.Range} is missing between {EventLineWriter.FormatTime(gap.FromMicros)} and {EventLineWriter.FormatTime(gap.ToMicros)}"
        + (gap.HeldBy.Count > 0 ? $"; {string.Join(", ", gap.HeldBy)} hold part of it" : "")
        + (gap.BookKnownFromMicros is { } again ? $"; the book is known again since {EventLineWriter.FormatTime(again)}" : "");

    private static string DescribeGap(StreamAudit stream, OpenGap gap) =>
        $"{stream.Stream}: {gap.Replica} reports {gap.Cause}{(gap.Range is { } range ? $" of {range}" : "")} between {EventLineWriter.FormatTime(gap.FromMicros)} and {EventLineWriter.FormatTime(gap.ToMicros)}";

    private static void WriteGrades(AuditReport report, IAnsiConsole screen)
    {
        var grades = report.Streams.SelectMany(stream => stream.Windows).Where(window => window.Verdict == WindowVerdict.Complete).GroupBy(window => window.Grade.ToString())
            .OrderByDescending(grade => grade.Count()).Select(grade => $"{grade.Count():N0} {grade.Key}").ToList();
        if (grades.Count > 0)
            screen.WriteLine($"Grades of the complete windows: {string.Join(", ", grades)}.");
    }

    private static bool HasFindings(StreamAudit stream) => stream.Windows.Any(window => window.Verdict > WindowVerdict.Quiet) || stream.MissingRanges.Count + stream.OpenGaps.Count > 0;

    private static string FormatCount(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string FormatRate(double? rate) => rate?.ToString("0.###", CultureInfo.InvariantCulture) ?? "no messages";
}
