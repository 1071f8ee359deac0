using System.CommandLine;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Reading.Auditing;
using Ingester.Schemas;

namespace Ingester.Commands;

/// <summary><c>ingester audit</c>: reports complete and missing windows.</summary>
internal static class AuditCommand
{
    private static readonly ScopeOptions Scope = new("audited");
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Json = CommonArguments.Json();

    private static readonly Option<int> Verify = CommonArguments.Requiring(
        new Option<int>("--verify")
        {
            Description = "Number of objects of the period to open (always the same ones); their rows are checked against name, hash, range, window and coverage. Default: 0.",
        },
        size => size >= 0,
        _ => "--verify must not be negative.");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("audit", """
            Classifies every window of every market: complete, quiet (proven that there were no events), disputed (replicas have different rows), partial or missing.

            It reads listings, coverage and gaps, and opens a data object only with --verify. The exit code is 1 when anything is disputed, partial or missing, when an
            object fails a check, or when there was nothing to audit. It is 3 when something could not be read: the store may hold more than the report says.
            """)
        {
            Json, Verify,
        };
        Scope.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var scope = Scope.ReadScope(line) with { SampleSize = line.GetValue(Verify) };
        using var archive = await Archive.OpenAsync(line, cancel);
        await ScopeOptions.RequireMarketAsync(archive, scope, cancel);
        var report = await archive.AuditAsync(scope, cancel);
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(JsonModel(report), JsonSerializerOptions.Web));
        else
            AuditText.Write(report, scope, Screen.Open());
        if (report.Streams.Sum(stream => (long)stream.Windows.Count) == 0)
        {
            await Console.Error.WriteLineAsync("Nothing was audited: no matching stream is known in this period.");
            return report.Unreadable.Count > 0 ? ExitCodes.Incomplete : ExitCodes.Failed;
        }

        return report switch
        {
            { Unreadable.Count: > 0 } => ExitCodes.Incomplete,
            { NothingMissing: true, Broken.Count: 0 } => ExitCodes.Succeeded,
            _ => ExitCodes.Failed,
        };
    }

    private static object JsonModel(AuditReport report) => new
    {
        Schema = OutputSchema.Audit,
        report.NothingMissing,
        Complete = report.Count(WindowVerdict.Complete),
        Quiet = report.Count(WindowVerdict.Quiet),
        Disputed = report.Count(WindowVerdict.Disputed),
        Partial = report.Count(WindowVerdict.Partial),
        Missing = report.Count(WindowVerdict.Missing),
        report.ReplicaGapsPerMillion,
        report.GapsPerMillion,
        report.Unreadable,
        report.Broken,
        report.Verified,
        Streams = report.Streams.Select(stream => new
        {
            Dataset = stream.Stream.Dataset.Name(),
            stream.Stream.Exchange,
            Pair = stream.Stream.Market,
            Complete = stream.Count(WindowVerdict.Complete),
            Quiet = stream.Count(WindowVerdict.Quiet),
            NotWhole = stream.Windows.Count(window => window is { Verdict: WindowVerdict.Complete, IsWhole: false }),
            Grades = stream.Windows.Where(window => window.Verdict == WindowVerdict.Complete).GroupBy(window => window.Grade.ToString()).ToDictionary(grade => grade.Key, grade => grade.Count()),
            Disputed = WindowStarts(stream, WindowVerdict.Disputed),
            Partial = WindowStarts(stream, WindowVerdict.Partial),
            Missing = WindowStarts(stream, WindowVerdict.Missing),
            MissingIds = stream.MissingRanges.Select(ids => new { ids.Range.After, ids.Range.UpTo, From = ids.FromMicros, To = ids.ToMicros, ids.HeldBy, BookFrom = ids.BookKnownFromMicros }),
            Open = stream.OpenGaps.Select(gap => new { gap.Replica, gap.Cause, gap.Range?.After, gap.Range?.UpTo, From = gap.FromMicros, To = gap.ToMicros }),
            Closed = stream.ClosedGaps.Select(gap => new { gap.Range.After, gap.Range.UpTo, gap.Replica, gap.Cause, gap.ClosedBy }),
            Archived = stream.Archived.Select(part => new { part.Range.After, part.Range.UpTo, part.File, part.Sha256 }),
            stream.Messages,
            stream.Gaps,
            stream.ReplicaMessages,
            stream.ReplicaGaps,
            Expired = stream.ExpiredObjects,
        }),
    };

    private static IEnumerable<long> WindowStarts(StreamAudit stream, WindowVerdict verdict) =>
        stream.Windows.Where(window => window.Verdict == verdict).Select(window => window.Window.StartMicros);
}
