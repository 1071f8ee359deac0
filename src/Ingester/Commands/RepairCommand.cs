using System.CommandLine;
using System.Text.Json;
using Ingester.Configuration;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Exchanges;
using Ingester.Hosting;
using Ingester.Publishing.Export;
using Ingester.Publishing.Witnesses;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Reading.Objects;
using Ingester.Reading.Repairing;
using Ingester.Repairing;
using Ingester.Schemas;
using Ingester.Storage.Stores;
using Ingester.Telemetry.Logs;

namespace Ingester.Commands;

/// <summary>
/// <c>ingester repair</c>: closes gaps with data that exchanges still serve, and assembles whole windows from fragments that prove them complete.
/// </summary>
internal static class RepairCommand
{
    private static readonly ScopeOptions Scope = new("repaired");
    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Offline = new("--offline") { Description = "Do not send requests to exchanges. --from-archive then needs FILES." };

    private static readonly Option<FileInfo[]> FromArchive = new("--from-archive")
    {
        HelpName = "FILES",
        Description = "Take trades that are still missing from the files that the exchange publishes. Without FILES, the files of their days are downloaded; with FILES, --exchange names one exchange.",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<Uri?> Root = new("--archive") { HelpName = "url", Description = "Another address of these files, such as that of a mirror.", CustomParser = CommonArguments.ParseAddress };
    private static readonly Option<bool> Json = CommonArguments.Json();
    private static readonly Option<TimeSpan?> Every = CommonArguments.Duration("--every", "Repeat the repair at this interval, such as 10m; requires --last.");

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("repair", """
            Closes trade gaps with data that exchanges still serve over REST, then assembles whole windows that no replica recorded whole, where fragments
            together prove them complete.

            What is fetched is stored as fragments of exactly the missing ranges, with a row in gaps that says so. The whole object gets exactly the rows,
            and the key, that a replica without interruption would have written. Nothing is replaced or deleted, and running it again changes nothing.
            --from-archive takes what is still missing from the exchange's daily files, if they contradict no stored trade. Fragments and rows in gaps then name the file; their
            windows have the grade archive and stay in fragments.
            The exit code is 0 when nothing is left, 1 when something failed that may succeed later, such as an exchange that does not answer, and 3 when all that is left
            can never be repaired: gaps that the exchange does not serve, and windows in fragments that cannot be assembled with certainty.
            """)
        {
            Offline, FromArchive, Root, Json, Every,
        };
        Scope.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        if (line.GetValue(Every) is not { } pause)
            return await RepairAsync(line, cancel);
        if (!Scope.IsRelative(line))
            throw new CommandException("--every requires --last: a fixed period needs only one repair.");
        while (true)
        {
            try
            {
                await RepairAsync(line, cancel);
            }
            catch (StoreException unanswered)
            {
                await Console.Error.WriteLineAsync(unanswered.Message); // may succeed in the next run
            }

            try
            {
                await Task.Delay(pause, TimeProvider.System, cancel);
            }
            catch (OperationCanceledException)
            {
                return ExitCodes.Succeeded;
            }
        }
    }

    private static async Task<int> RepairAsync(ParseResult line, CancellationToken cancel)
    {
        var (settings, prefix, scope) = (Archive.ReadSettings(line), Archive.Prefix(line), Scope.ReadScope(line));
        RequireFiles(line, scope);
        var store = await StoreFactory.OpenForRepairAsync(settings.Store, prefix.Trim('/'), cancel);
        using var archive = new MarketArchive(store, prefix);
        await ScopeOptions.RequireMarketAsync(archive, scope, cancel);
        await RequireStoredAsync(new(store, prefix.Trim('/'), TimeProvider.System), scope, cancel);
        using var loggers = Logging.CreateErrorsOnly();
        IReadOnlyList<GapRepairResult> gaps = line.GetValue(Offline)
            ? []
            : await new GapRepairer(store, prefix.Trim('/'), settings, loggers).RunAsync(await archive.AuditAsync(scope, cancel), cancel);
        if (line.GetResult(FromArchive) is not null)
            gaps = GapRepairResult.Combine(gaps, await RepairFromArchiveAsync(line, store, await archive.AuditAsync(scope, cancel), (settings, prefix.Trim('/'), loggers), cancel));
        var report = await archive.RepairAsync(scope, settings.Segments, cancel);
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(JsonModel(gaps, report), JsonSerializerOptions.Web));
        else
            Write(gaps, report);
        return ExitCodeFor(gaps, report);
    }

    /// <summary>Checks the arguments of <c>--from-archive</c>.</summary>
    private static void RequireFiles(ParseResult line, AuditScope scope)
    {
        var files = line.GetValue(FromArchive) ?? [];
        if (line.GetResult(FromArchive) is null)
        {
            if (line.GetValue(Root) is not null)
                throw new CommandException("--archive requires --from-archive.");
            return;
        }

        if (files.Length == 0 && line.GetValue(Offline))
            throw new CommandException("--from-archive requires FILES, because --offline does not download any.");
        if (files.Length > 0 && scope.Exchanges.Count != 1)
            throw new CommandException("--from-archive with FILES requires one --exchange: files of several exchanges have the same names.");
        foreach (var file in files)
            if (!file.Exists)
                throw new CommandException($"{file.FullName} does not exist.");
    }

    private static async Task<IReadOnlyList<GapRepairResult>> RepairFromArchiveAsync(
        ParseResult line, IObjectStore store, AuditReport audit, (Settings Settings, string Prefix, ILoggerFactory Loggers) context, CancellationToken cancel)
    {
        using var work = new WorkFolder();
        using var http = ArchiveHttp.CreateClient();
        var downloader = new ArchiveDownloader(http, line.GetValue(Root), work.Folder, TimeProvider.System);
        var given = line.GetValue(FromArchive) is { Length: > 0 } files ? new GivenFiles([.. files.Select(file => file.FullName)]) : null;
        var repairer = new ArchiveGapRepairer(store, context.Prefix, context.Settings.Segments, FetchAsync, TimeProvider.System, context.Loggers);
        var results = await repairer.RunAsync(audit, cancel);
        foreach (var unused in given?.Unused ?? [])
            await Console.Error.WriteLineAsync($"{Path.GetFileName(unused)} was not used: no gap is in a day and market that it names.");
        return results;

        Task<PublishedFile?> FetchAsync(ArchiveLayout layout, string symbol, DateOnly day, CancellationToken stop)
        {
            if (given is not null)
                return Task.FromResult(given.Find(layout, symbol, day));
            work.Clear();
            return downloader.FetchAsync(layout, symbol, day, stop);
        }
    }

    private static Task RequireStoredAsync(ExpiredIndex expired, AuditScope scope, CancellationToken cancel) => expired.RequireStoredAsync(
        scope.Datasets.Count > 0 ? scope.Datasets : [.. Enum.GetValues<Dataset>().Where(static dataset => dataset.IsStreamed())],
        scope.Exchanges.Count > 0 ? scope.Exchanges : ExchangeCatalog.All.Select(static exchange => exchange.Profile.Name),
        Period.Of(scope.From, scope.To),
        cancel);

    /// <summary>
    /// Unreadable parts may hide gaps: incomplete. Gaps that may be closed later are a failure. Gaps that can never be closed have their own exit
    /// code, so that they do not raise an alarm in every run.
    /// </summary>
    internal static int ExitCodeFor(IReadOnlyList<GapRepairResult> gaps, RepairReport report) =>
        report.Unreadable.Count > 0 ? ExitCodes.Incomplete
        : gaps.Any(gap => gap is { OpenReason: not null, MayCloseLater: true }) ? ExitCodes.Failed
        : report.Left.Count > 0 || gaps.Any(gap => gap.OpenReason is not null) ? ExitCodes.Incomplete
        : ExitCodes.Succeeded;

    private static void Write(IReadOnlyList<GapRepairResult> gaps, RepairReport report)
    {
        foreach (var gap in gaps)
            Console.WriteLine($"{(gap.OpenReason is null ? "closed" : "open")}: {gap.Range} of {gap.Stream}{(gap.Files.Count > 0 ? $", from {string.Join(", ", gap.Files)}" : "")}{(gap.OpenReason is { } reason ? $": {reason}" : "")}");
        foreach (var window in report.Repaired)
            Console.WriteLine($"{(window.Written ? "repaired" : "already whole")}: {window.Key}, {window.Rows:N0} rows");
        foreach (var sentence in report.Left.Concat(report.Unreadable))
            Console.WriteLine(sentence);
        Console.WriteLine($"{gaps.Count(gap => gap.OpenReason is null):N0} gaps closed, {gaps.Count(gap => gap.OpenReason is not null):N0} open; "
            + $"{report.Repaired.Count(window => window.Written):N0} windows repaired, {report.Left.Count:N0} windows left in fragments.");
    }

    private static object JsonModel(IReadOnlyList<GapRepairResult> gaps, RepairReport report) => new
    {
        Schema = OutputSchema.Repair,
        Gaps = gaps.Select(gap => new
        {
            Dataset = gap.Stream.Dataset.Name(),
            gap.Stream.Exchange,
            Pair = gap.Stream.Market,
            gap.Range.After,
            gap.Range.UpTo,
            Closed = gap.OpenReason is null,
            Why = gap.OpenReason,
            gap.MayCloseLater,
            gap.Files,
        }),
        report.Repaired,
        report.Left,
        report.Unreadable,
    };
}
