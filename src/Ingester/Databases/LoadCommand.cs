using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Derivation;
using Ingester.Deriving.Objects;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Postgres.Loading;
using Ingester.Postgres.Migrations;
using Ingester.Schemas;
using Ingester.Telemetry.Logs;

namespace Ingester.Databases;

/// <summary><c>ingester postgres load</c>: loads derived objects into PostgreSQL.</summary>
internal static class LoadCommand
{
    private const int MaxConnections = 64;

    private static readonly Option<DerivedDataset[]> Datasets = DatasetOption.Create("What to load");
    private static readonly Option<IExchange[]> Exchanges = CommonArguments.Exchanges();
    private static readonly Option<DateTimeOffset?> From = CommonArguments.OptionalMoment("--from", "The first minute.");
    private static readonly Option<DateTimeOffset?> To = CommonArguments.OptionalMoment("--to", "The first minute after.");
    private static readonly Option<bool> Follow = new("--follow") { Description = "Follow the store until it is stopped, and load later revisions of the last 48 hours." };
    private static readonly Option<TimeSpan?> Poll = CommonArguments.Duration("--poll", "With --follow: pause between two searches for new objects. Default: 15s.");
    private static readonly Option<TimeSpan?> Recheck = CommonArguments.Duration("--recheck", "With --follow: pause between two searches for later revisions. Default: 1h.");
    private static readonly Option<Uri?> Listen = new("--listen") { Description = "With --follow: serve /metrics and /health at this address, such as http://127.0.0.1:8091.", CustomParser = CommonArguments.ParseAddress };
    private static readonly Option<int> Connections = CommonArguments.WithRange(
        new Option<int>("--connections") { Description = "Connections to the database; each loads one exchange at a time. Default: 4.", DefaultValueFactory = static _ => new LoadOptions().Connections }, 1, MaxConnections);

    private static readonly Option<bool> Json = CommonArguments.Json();
    private static readonly DatabaseOptions Database = new();
    private static readonly ArchiveOptions Archive = new();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("load", """
            Loads the objects of ingester derive into PostgreSQL, each exactly once.

            A table in the database notes the revision of each loaded minute, in the transaction of its rows: a run after a crash or an outage goes on there, and
            several runs at once are safe. A higher revision replaces the rows of a lower one. The tables are created and updated first (docs/postgresql.md).
            The exit code is 3 when an object is not readable and was left out.
            """)
        {
            Datasets, Exchanges, From, To, Follow, Poll, Recheck, Listen, Connections, Json,
        };
        Database.AddTo(command);
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var (period, address) = (ReadPeriod(line), Database.Read(line));
        var settings = Archive.ReadSettings(line);
        var store = await StoreFactory.OpenExistingAsync(settings.Store, cancel);
        using var disposed = store as IDisposable;
        var derived = new DerivedStore(store, Archive.Prefix(line).Trim('/'), TimeProvider.System);
        var options = new LoadOptions
        {
            Datasets = line.GetRequiredValue(Datasets),
            Exchanges = [.. line.GetRequiredValue(Exchanges).Select(static exchange => exchange.Profile.Name)],
            Connections = line.GetValue(Connections),
        };
        await using var database = address.Open();
        return await DatabaseOptions.RunAsync(() => period is { } whole
            ? LoadAsync(whole, new(database, address, derived, options), line.GetValue(Json), cancel)
            : new LoadHost(settings, line.GetValue(Listen)).FollowAsync(
                new(database, address, derived, options with { MaxRetries = int.MaxValue }),
                new() { PollInterval = line.GetValue(Poll) ?? new LoadFollowOptions().PollInterval, RecheckInterval = line.GetValue(Recheck) ?? new LoadFollowOptions().RecheckInterval }, cancel));
    }

    private static async Task<int> LoadAsync(Period period, LoadTarget target, bool json, CancellationToken cancel)
    {
        using var loggers = Logging.CreateErrorsOnly();
        using var meter = new IngesterMeter();
        var report = new LoadReport();
        var watch = Stopwatch.StartNew();
        await new Migrator(target.Database, target.Address, MigrationFiles.All).MigrateAsync(cancel);
        await target.CreateLoader(new(meter, loggers.CreateLogger<LoadEvents>())).LoadAsync(period, report, cancel);
        Write(report, watch.Elapsed, json);
        return report.Unreadable.Count > 0 ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }

    /// <summary>The period; null with --follow.</summary>
    private static Period? ReadPeriod(ParseResult line)
    {
        var (from, to, follow) = (line.GetValue(From), line.GetValue(To), line.GetValue(Follow));
        foreach (var option in new Option[] { Poll, Recheck, Listen })
            if (!follow && line.GetResult(option) is not null)
                throw new CommandException($"{option.Name} requires --follow.");
        if (from is null && to is null && follow)
            return null;
        if (from is not { } start || to is not { } end || follow)
            throw new CommandException("Either --from and --to or --follow is required.");
        ArchiveOptions.RequirePeriod(start, end);
        return Period.Of(start, end);
    }

    private static void Write(LoadReport report, TimeSpan time, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { Schema = OutputSchema.PostgresLoad, report.Loaded, report.Rows, report.LoadedByOthers, report.Unchanged, Seconds = time.TotalSeconds, report.Unreadable }, JsonSerializerOptions.Web));
            return;
        }

        foreach (var sentence in report.Unreadable)
            Console.WriteLine(sentence);
        Console.WriteLine($"{report.Loaded:N0} objects with {report.Rows:N0} rows loaded in {time.TotalSeconds:N1} s, {report.LoadedByOthers:N0} loaded by another process, {report.Unchanged:N0} unchanged.");
    }
}
