using System.CommandLine;
using Ingester.Paper.Alerts;
using Ingester.Paper.Databases;
using Ingester.Paper.Engine;
using Ingester.Paper.Feeds;
using Ingester.Paper.Models;
using Ingester.Paper.Settings;
using Ingester.PaperJournal.Blocks;
using Ingester.Postgres.Connections;
using Ingester.Postgres.Migrations;
using Ingester.Reading;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingester.Paper.Hosting;

/// <summary><c>ingester-paper run</c>.</summary>
internal static class RunCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var (store, database, arguments) = (new StoreArguments(), new DatabaseArguments(), new RunArguments());
        var command = new Command("run", "Trades on paper: on a recorded period (--from, --to), or on the live stream of a recorder (--live).");
        store.AddTo(command);
        arguments.AddTo(command);
        database.AddTo(command);
        command.SetAction((line, stop) => RunAsync(line, store, database, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, StoreArguments storeArguments, DatabaseArguments databaseArguments, RunArguments arguments, CancellationToken stop)
    {
        var clock = arguments.Clock(line);
        var options = arguments.ReadSettings(line);
        var recorded = arguments.RecordedPeriod(line, options.BarMicros);
        var address = databaseArguments.Read(line);
        var (store, prefix) = (storeArguments.Open(line, TimeProvider.System), storeArguments.Prefix(line));
        using var archive = new MarketArchive(store, prefix, TimeProvider.System);
        var journals = new JournalStore(store, prefix, TimeProvider.System);
        using var logs = LoggerFactory.Create(static builder => builder.AddSimpleConsole(static console =>
        {
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ");
        }).AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var log = logs.CreateLogger("Ingester.Paper");
        await using var server = await MetricsServer.StartAsync(arguments.Listen(line));
        using var http = Outgoing.CreateClient();
        var sources = new FeedSources(archive, new(store, prefix, TimeProvider.System), http, log);
        await using var live = arguments.Live(line) is { } recorder ? LiveStart.Open(sources, recorder, options, clock) : null;
        if (live is not null)
            await live.ConnectAsync(stop);
        var (start, end) = recorded ?? arguments.LivePeriod(line, options.BarMicros, clock);
        var run = arguments.Run(line, start, end);
        var isNew = (await journals.ListBlocksAsync(run, stop)).Count == 0;
        if (live is not null && !isNew)
            throw new SettingsException($"The run {run} exists already. Choose another name with --run.");
        if (live is not null)
            await LiveStart.BeginAsync(live, sources, options, start, clock, stop);
        var preparation = new RunPreparation(store, prefix, archive, TimeProvider.System);
        var setup = await preparation.PrepareAsync(options, start, end, stop);
        await using var sender = new AlertSender(Outgoing.CreateNotifiers(options.Alerts, http), TimeProvider.System, log);
        var events = new RunEvents(run, log, sender);
        using var metrics = events.Metrics;
        using var journal = new JournalWriter(journals, run);
        IRunInputs inputs = new PresentInputs(ModelFactory.Create(options.GetModels(), http, TimeProvider.System), options.Risk.KillFile);
        if ((arguments.Inputs(line) ?? (isNew ? null : run)) is { } inputsRun)
            inputs = await JournalInputs.ReadAsync(new(journals), inputsRun, inputs, stop);
        using var engine = new PaperEngine(setup, inputs, journal, events);
        await using var source = address?.Open();
        await using var sink = source is null ? null : await OpenSinkAsync(source, address!, journals, run, log, stop);
        engine.BarEnded += _ => sink?.OnWritten(journal.Blocks);
        var unreadable = live is null ? await ReplayAsync(setup, engine, sources, stop) : await FollowAsync(live, setup, engine, events, log, stop);
        sink?.OnWritten(journal.Blocks);
        return Complete(run, journal, [.. preparation.Notes, .. unreadable, .. sink is not null && await sink.CompleteAsync() is { } lacking ? (string[])[lacking] : []]);
    }

    /// <summary>Brings the tables to the version of this program, and begins to load the journal.</summary>
    private static async Task<JournalSink> OpenSinkAsync(NpgsqlDataSource source, DatabaseAddress address, JournalStore journals, string run, ILogger log, CancellationToken cancellation)
    {
        await new Migrator(source, address, MigrationFiles.All).MigrateAsync(cancellation);
        return new(new(source, address, new(journals), run), TimeProvider.System, log);
    }

    private static async Task<IReadOnlyCollection<string>> ReplayAsync(RunSetup setup, PaperEngine engine, FeedSources sources, CancellationToken stop)
    {
        var replay = new ReplayFeed(sources.Archive, sources.Objects, setup.Options.Feeds, new(setup.StartMicros, setup.EndMicros!.Value), setup.Options.Feed);
        await engine.RunAsync(replay, stop, CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        return replay.Unreadable;
    }

    private static async Task<IReadOnlyCollection<string>> FollowAsync(RecorderFeed live, RunSetup setup, PaperEngine engine, RunEvents events, ILogger log, CancellationToken stop)
    {
        await using var cloudWatch = Outgoing.CreateMetrics(setup.Options.CloudWatch, log);
        engine.BarEnded += _ =>
        {
            cloudWatch?.Add(events.Metrics.TakeValues());
            foreach (var market in setup.Markets)
                live.SetBookKnown(market.Feed, market.Book.IsKnown);
        };
        await engine.RunAsync(live, stop, CancellationToken.None);
        return [];
    }

    private static int Complete(string run, JournalWriter journal, IReadOnlyCollection<string> notes)
    {
        foreach (var note in notes)
            Console.Error.WriteLine(note);
        Console.WriteLine(journal.Confirmed == 0
            ? $"The run {run} has ended: {journal.Written} blocks of its journal were written, head {journal.Head}."
            : $"The run {run} has ended: {journal.Confirmed} blocks of its journal existed with the same bytes, {journal.Written} were written, head {journal.Head}.");
        Console.WriteLine($"See: ingester-paper report {run}");
        return notes.Count == 0 ? ExitCodes.Succeeded : ExitCodes.Incomplete;
    }
}
