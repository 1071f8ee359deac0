using System.CommandLine;
using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using Ingester.Certifying;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.WitnessStatements;
using Ingester.Publishing.Witnesses;
using Ingester.Reading.Objects;

namespace Ingester.Verifying;

/// <summary><c>ingester verify</c>: compares recorded trades with the files that the exchange publishes itself.</summary>
internal static class VerifyCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    private static readonly Argument<FileInfo[]> Files = new("FILES") { Description = "Files that were downloaded before, under their own names. Default: the files of --date are downloaded.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string> Against = new Option<string>("--against") { Description = $"Whose files: {string.Join(", ", ArchiveLayouts.Families)}. Includes the exchange's markets of futures.", Required = true }
        .AcceptOnlyFromAmong([.. ArchiveLayouts.Families]);

    private static readonly Option<DateOnly?> Date = CommonArguments.OptionalDay("The day, as the exchange divides days, such as 2026-11-20. Required to download files; of a given monthly file, the day to compare.");
    private static readonly Option<IExchange[]> Exchanges = CommonArguments.Exchanges();
    private static readonly Option<string[]> Datasets = CommonArguments.Datasets("Datasets to be compared. Default: all of which the exchange publishes files.");
    private static readonly Option<string> Pair = new("--pair") { Description = "The market, * and ? allowed. Default: all.", DefaultValueFactory = _ => "*" };
    private static readonly Option<Uri?> Root = new("--archive") { HelpName = "url", Description = "Another address of the files, such as that of a mirror.", CustomParser = CommonArguments.ParseAddress };
    private static readonly Option<bool> Json = CommonArguments.Json();
    private static readonly SigningOptions Signing = new();
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("verify", """
            Compares the recorded trades of a day with the files that the exchange publishes itself, trade by trade: by id where the files have the ids of the stream.
            Diffs of books are compared by their ids where the exchange publishes the messages of its books (bybit).

            The verdict of each market: confirmed; archive incomplete (the store has trades that the file lacks); we lack (the file has trades that the store lacks);
            contradiction (the same trade, and something else is stated of it); no witness (the file is damaged or not published). With --key or --kms, a signed statement
            about the certificate of the day is written below export/witnesses/. If an earlier statement names another file, the exchange has replaced it since then.
            The exit code is 0 when every market is confirmed or the archive is incomplete, 3 when the store lacks trades or a file is no witness, and 1 for a contradiction.

            For example:
                ingester verify --against binance --date 2026-11-20 --pair BTC-USDT
                ingester verify --against binance BTCUSDT-trades-2026-11-20.zip
            """)
        {
            Files, Against, Date, Exchanges, Pair, Datasets, Root, Json,
        };
        Signing.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var signer = await Signing.OpenIfGivenAsync(line, cancel);
        var (settings, prefix, files) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'), line.GetValue(Files) ?? []);
        if (files.Length == 0 && line.GetValue(Date) is null)
            throw new CommandException("Give --date to download the files of a day, or the files.");
        var store = await StoreFactory.OpenExistingAsync(settings.Store, cancel);
        var archive = new ArchiveReader(store, prefix);
        var layouts = Layouts(line);
        using var work = new WorkFolder();
        using var http = ArchiveHttp.CreateClient();
        var downloader = new ArchiveDownloader(http, line.GetValue(Root), work.Folder, TimeProvider.System);
        var comparisons = files.Length > 0 ? GivenAsync(line, archive, layouts, files, cancel) : PublishedAsync(line, archive, layouts, downloader, cancel);
        var exports = new CertificateStore(store, TimeProvider.System);
        var history = new WitnessHistory(exports, prefix);
        var reports = new List<(ArchiveLayout Layout, WitnessReport Report)>();
        var current = "";
        await using (new ProgressLine(ProgressInterval, () => string.Create(CultureInfo.InvariantCulture, $"{reports.Count:N0} markets compared; {current}")))
            await foreach (var (layout, compared) in comparisons)
            {
                var report = await LookBackAsync(history, compared, cancel);
                current = report.File;
                reports.Add((layout, report));
                if (!line.GetValue(Json))
                    WitnessText.Write(report);
                work.Clear();
            }

        if (reports.Count == 0)
            throw new CommandException("The store has no market that --against, --exchange, --pair and --dataset select.") { ExitCode = ExitCodes.Failed };
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(reports.Select(one => WitnessText.JsonModel(one.Report)), JsonSerializerOptions.Web));
        if (signer is not null)
            await SignAsync(new(exports, signer), prefix, reports, cancel);
        await RemindAsync(reports.Select(one => one.Report));
        return reports.Exists(one => one.Report.Verdict == WitnessVerdict.Contradiction) ? ExitCodes.Failed
            : reports.Exists(one => one.Report.Verdict is WitnessVerdict.WeLack or WitnessVerdict.NoWitness) ? ExitCodes.Incomplete
            : ExitCodes.Succeeded;
    }

    /// <summary>Exchanges replace files for about seven days: until then, a later comparison may give another verdict.</summary>
    private static async Task RemindAsync(IEnumerable<WitnessReport> reports)
    {
        var final = reports.Max(report => report.ToMicros) + Micros.From(ArchiveLayouts.ReplacementPeriod);
        if (final > Micros.Now(TimeProvider.System))
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The exchange may still replace these files: compare them again after {Micros.ToDateTime(final):yyyy-MM-dd}."));
    }

    private static async Task<WitnessReport> LookBackAsync(WitnessHistory history, WitnessReport report, CancellationToken cancel)
    {
        try
        {
            return await history.CompleteAsync(report, cancel);
        }
        catch (CertificateException error)
        {
            throw new CommandException(error.Message, error) { ExitCode = ExitCodes.Failed };
        }
    }

    private static List<ArchiveLayout> Layouts(ParseResult line)
    {
        var (family, chosen) = (line.GetRequiredValue(Against), line.GetRequiredValue(Exchanges).Select(exchange => exchange.Profile.Name).ToHashSet(StringComparer.Ordinal));
        var datasets = line.GetRequiredValue(Datasets).Select(CommonArguments.ParseDataset).ToList();
        var layouts = ArchiveLayouts.Of(family).Where(layout => (chosen.Count == 0 || chosen.Contains(layout.Exchange)) && (datasets.Count == 0 || datasets.Contains(layout.Dataset))).ToList();
        return layouts.Count > 0 ? layouts : throw new CommandException($"{family} publishes no files of {string.Join(", ", chosen.Concat(line.GetRequiredValue(Datasets)))}.");
    }

    /// <summary>Downloads and compares the files of a day, market by market.</summary>
    private static async IAsyncEnumerable<(ArchiveLayout Layout, WitnessReport Report)> PublishedAsync(
        ParseResult line, ArchiveReader archive, List<ArchiveLayout> layouts, ArchiveDownloader downloader, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var day = line.GetValue(Date)!.Value;
        foreach (var layout in layouts)
        {
            var symbols = await MarketSymbols.ReadAsync(archive, layout, day, cancel);
            foreach (var market in symbols.Markets.Where(market => FileSystemName.MatchesSimpleExpression(line.GetRequiredValue(Pair), market, ignoreCase: false)))
                yield return (layout, await DownloadAndCompareAsync(archive, layout, market, symbols.SymbolOf(market), day, downloader, cancel));
        }
    }

    private static async Task<WitnessReport> DownloadAndCompareAsync(
        ArchiveReader archive, ArchiveLayout layout, string market, string symbol, DateOnly day, ArchiveDownloader downloader, CancellationToken cancel)
    {
        string reason;
        try
        {
            if (await downloader.FetchAsync(layout, symbol, day, cancel) is { } file)
                return await new ArchiveWitness(archive).CompareAsync(layout, market, day, wholeMonth: false, file, cancel);
            reason = $"{layout.FileName(symbol, day)} is not published.";
        }
        catch (WitnessException error)
        {
            reason = error.Message;
        }

        var (from, to) = layout.PeriodOf(day, wholeMonth: false);
        return new()
        {
            Stream = new(layout.Dataset, layout.Exchange, market),
            Day = day,
            FromMicros = from,
            ToMicros = to,
            File = layout.FileName(symbol, day),
            Verdict = WitnessVerdict.NoWitness,
            Reason = reason,
        };
    }

    /// <summary>Compares given files. Where a name belongs to several layouts, as that of Binance's spot and futures, the first one is used; <c>--exchange</c> chooses another.</summary>
    private static async IAsyncEnumerable<(ArchiveLayout Layout, WitnessReport Report)> GivenAsync(
        ParseResult line, ArchiveReader archive, List<ArchiveLayout> layouts, FileInfo[] files, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in files)
        {
            if (!file.Exists)
                throw new CommandException($"{file.FullName} does not exist.");
            var named = layouts.Select(layout => (Layout: layout, Name: layout.ParseName(file.Name))).FirstOrDefault(one => one.Name is not null);
            if (named.Name is not { } name)
                throw new CommandException($"{file.Name} is not a name of the files of {line.GetRequiredValue(Against)}, such as {layouts[0].FileName("BTCUSDT", new(2026, 11, 20))}.");
            var (layout, (symbol, day)) = (named.Layout, name);
            var asked = line.GetValue(Date);
            if (asked is { } date && (layout.Files.IsMonthly ? (date.Year, date.Month) != (day.Year, day.Month) : date != day))
                throw new CommandException(string.Create(CultureInfo.InvariantCulture, $"{file.Name} does not hold {date:yyyy-MM-dd}, the day of --date."));
            var market = (await MarketSymbols.ReadAsync(archive, layout, day, cancel)).MarketOf(symbol)
                ?? throw new CommandException($"The store has no {layout.Dataset.ToString().ToLowerInvariant()} of {symbol} of {layout.Exchange}. --exchange chooses another exchange.") { ExitCode = ExitCodes.Failed };
            yield return (layout, await new ArchiveWitness(archive).CompareAsync(layout, market, asked ?? day, wholeMonth: layout.Files.IsMonthly && asked is null, GivenFiles.Of(file.FullName), cancel));
        }
    }

    private static async Task SignAsync(WitnessWriter writer, string prefix, List<(ArchiveLayout Layout, WitnessReport Report)> reports, CancellationToken cancel)
    {
        try
        {
            foreach (var day in reports.GroupBy(one => (one.Layout, one.Report.Day)))
                await Console.Error.WriteLineAsync(await writer.WriteAsync(prefix, day.Key.Layout, day.Key.Day, day.Select(one => one.Report), cancel) is { } key
                    ? $"Wrote {key}."
                    : $"{day.Key.Layout.Exchange} {day.Key.Day:yyyy-MM-dd} has no certificate, so no statement about it was written. Run ingester export and ingester certificate create first.");
        }
        catch (CertificateException error)
        {
            throw new CommandException(error.Message, error) { ExitCode = ExitCodes.Failed };
        }
    }
}
