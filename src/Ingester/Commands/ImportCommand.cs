using System.CommandLine;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Importing;
using Ingester.Storage.Stores;
using Ingester.Telemetry.Logs;

namespace Ingester.Commands;

/// <summary><c>ingester import</c>: sends recordings through the same pipeline as live frames.</summary>
internal static class ImportCommand
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();

    private static readonly Argument<string[]> Files = new("FILE")
    {
        Description = "Recordings in chronological order: *.ws.tsv, *.ws.jsonl, *.wsbin.b64.tsv, each also with .gz; a folder with recordings; or raw capture in the "
            + "store, by the beginning of its keys: raw/exchange=NAME/year=2026/month=11/day=30/10.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Replica = new("--replica")
    {
        Description = "Replica name used in keys. Ingester:Replica is not used by import.",
        DefaultValueFactory = _ => "import",
    };

    private static readonly Option<string?> Markets = new("--markets")
    {
        Description = "The exchange's market list: the REST response or a *.rest.tsv that contains it. Default: a *.rest.tsv next to the recording, "
            + "else the exchange's known quote assets.",
    };

    private static readonly Option<long> From = new("--from")
    {
        Description = "Number of the first frame to import; frames are numbered from 1 across all files.",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<long> To = new("--to")
    {
        Description = "Number of the last frame to import.",
        DefaultValueFactory = _ => long.MaxValue,
    };

    private static readonly Option<bool> AllowQuarantine = new("--allow-quarantine") { Description = "Exit with code 0 even if frames were quarantined." };
    private static readonly Option<bool> Json = CommonArguments.Json("Print the summary as JSON.");
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("import", """
            Runs recordings of an exchange's frames through the recorder's pipeline and prints a summary.

            Settings come from the same places as those of record: appsettings.json, --config, the environment, --set; of them Store, Storage (without
            Spool) and Segments are used. The import waits for a store that is slow or fails, and ends if the store rejects requests. Importing the same files again
            stores what is missing and changes nothing else. Raw capture gives the same whole objects as were recorded: the market names, the streams of each
            connection and the snapshots fetched over REST come from the recording.
            The exit code is 1 when frames were quarantined (--allow-quarantine accepts that), when objects differ from what the store holds under the
            same name, when the store refuses, or when the import was stopped before everything was stored. It is 3 when messages are missing from raw capture.
            """)
        {
            Exchange, Files, Replica, Markets, From, To, AllowQuarantine, Json,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var exchange = line.GetRequiredValue(Exchange);
        var span = new FrameSpan(line.GetValue(From), line.GetValue(To));
        if (span.From < 1 || span.To < span.From)
            throw new CommandException($"--from {span.From} --to {span.To} is not a valid range: frames are numbered from 1, and the last must not precede the first.");
        var (settings, prefix) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'));
        using var download = new RawDownload();
        var recordings = new List<ImportRecording>();
        foreach (var path in line.GetRequiredValue(Files))
            recordings.AddRange(await FindAsync(path, exchange, download, (settings.Store, prefix), cancel));
        var markets = await MarketResolver.ReadAsync(exchange, line.GetValue(Markets), recordings[0].Messages[0], cancel);
        var store = await StoreFactory.OpenForImportAsync(settings.Store, prefix, cancel);

        using var loggers = Logging.CreateErrorsOnly();
        var importer = new Importer(exchange, store, CreateOptions(exchange, settings, prefix, line.GetRequiredValue(Replica)), loggers);
        await using var progress = new ProgressLine(ProgressInterval, () => $"{importer.Frames:N0} frames");
        var summary = await importer.RunAsync(recordings, markets, span, cancel);
        await progress.DisposeAsync();

        if (line.GetValue(Json))
            Console.WriteLine(summary.ToJson());
        else
            summary.Write(Screen.Open());
        var faults = summary.DescribeErrors(line.GetValue(AllowQuarantine)).ToList();
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync(fault);
        if (summary.Dropped > 0)
            await Console.Error.WriteLineAsync($"{summary.Dropped:N0} messages are missing from the recording, because raw capture had no memory for them.");
        return faults.Count > 0 ? ExitCodes.Failed : summary.Dropped > 0 ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }

    private static async Task<IReadOnlyList<ImportRecording>> FindAsync(
        string path, IExchange exchange, RawDownload download, (StoreOptions Store, string Prefix) archive, CancellationToken cancel)
    {
        if (Directory.Exists(path))
            return await RecordingFinder.FindAsync(path, exchange.Profile.Name, cancel);
        if (!path.StartsWith($"{Dataset.Raw.Name()}/exchange=", StringComparison.Ordinal) || File.Exists(path))
            return [ImportRecording.Of(new(path))];
        await download.RunAsync(await StoreFactory.OpenExistingAsync(archive.Store, cancel), archive.Prefix, path, cancel);
        return await RecordingFinder.FindAsync(download.Folder, exchange.Profile.Name, cancel);
    }

    private static ImportOptions CreateOptions(IExchange exchange, Settings settings, string prefix, string replica) => new()
    {
        Identity = new() { Prefix = prefix, Replica = replica, ProcessStartMicros = Micros.Now(TimeProvider.System) },
        Segments = settings.Segments,
        RecordsArrivals = settings.Journals.Arrivals,
        Storage = settings.Storage,
        StoreName = settings.Store.Describe(),
        HasVerifiedBook = settings.Exchanges.TryGetValue(exchange.Profile.Name, out var configured) ? configured.VerifiedBookFilter() : static _ => true,
        Limits = StoreLimits.Of(settings.Store, replica, prefix),
        WriteMessage = Console.Error.WriteLine,
    };
}
