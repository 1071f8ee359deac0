using System.CommandLine;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Recordings;
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
        Description = "Recordings in chronological order: *.ws.tsv, *.ws.jsonl, *.wsbin.b64.tsv; each also with .gz.",
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
            Spool) and Segments are used. A store that is slow or fails is waited for; one that refuses ends the import. Importing the same files again
            stores what is missing and changes nothing else.
            The exit code is 1 when frames were quarantined (--allow-quarantine accepts that), when objects differ from what the store holds under the
            same name, when the store refuses, or when the import was stopped before everything was stored.
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
        var files = line.GetRequiredValue(Files).Select(path => new RecordingFile(path)).ToList();
        var span = new FrameSpan(line.GetValue(From), line.GetValue(To));
        if (span.From < 1 || span.To < span.From)
            throw new CommandException($"--from {span.From} --to {span.To} is not a valid range: frames are numbered from 1, and the last must not precede the first.");
        var (settings, prefix) = (Archive.ReadSettings(line), Archive.Prefix(line).Trim('/'));
        var markets = await MarketResolver.ReadAsync(exchange, line.GetValue(Markets), files[0], cancel);
        var store = await StoreFactory.OpenForImportAsync(settings.Store, prefix, cancel);

        using var loggers = Logging.CreateErrorsOnly();
        var importer = new Importer(exchange, store, CreateOptions(settings, prefix, line.GetRequiredValue(Replica)), loggers);
        await using var progress = new ProgressLine(ProgressInterval, () => $"{importer.Frames:N0} frames");
        var summary = await importer.RunAsync(files, markets, span, cancel);
        await progress.DisposeAsync();

        if (line.GetValue(Json))
            Console.WriteLine(summary.ToJson());
        else
            summary.Write(Screen.Open());
        var faults = summary.DescribeErrors(line.GetValue(AllowQuarantine)).ToList();
        foreach (var fault in faults)
            await Console.Error.WriteLineAsync(fault);
        return faults.Count == 0 ? ExitCodes.Succeeded : ExitCodes.Failed;
    }

    private static ImportOptions CreateOptions(Settings settings, string prefix, string replica) => new()
    {
        Identity = new() { Prefix = prefix, Replica = replica, ProcessStartMicros = Micros.Now(TimeProvider.System) },
        Segments = settings.Segments,
        Storage = settings.Storage,
        StoreName = settings.Store.Describe(),
        Limits = StoreLimits.Of(settings.Store, replica, prefix),
        WriteMessage = Console.Error.WriteLine,
    };
}
