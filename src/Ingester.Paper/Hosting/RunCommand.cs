using System.CommandLine;
using Ingester.Core.Time;
using Ingester.Paper.Alerts;
using Ingester.Paper.Engine;
using Ingester.Paper.Feeds;
using Ingester.Paper.Journal;
using Ingester.Paper.Models;
using Ingester.Paper.Settings;
using Ingester.Reading;
using Ingester.Reading.Books;
using Ingester.Storage.Stores;
using Microsoft.Extensions.Logging;

namespace Ingester.Paper.Hosting;

/// <summary><c>ingester-paper run</c>.</summary>
internal static class RunCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var (store, arguments) = (new StoreArguments(), new RunArguments());
        var command = new Command("run", "Trades on paper: on a recorded period (--from, --to), or on the live stream of a recorder (--live).");
        store.AddTo(command);
        arguments.AddTo(command);
        command.SetAction((line, stop) => RunAsync(line, store, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, StoreArguments storeArguments, RunArguments arguments, CancellationToken stop)
    {
        var clock = arguments.Clock(line);
        var options = arguments.ReadSettings(line);
        var (start, end) = arguments.Period(line, options.BarMicros, clock);
        var run = arguments.Run(line, start, end);
        var (store, prefix) = (storeArguments.Open(line, TimeProvider.System), storeArguments.Prefix(line));
        using var archive = new MarketArchive(store, prefix, TimeProvider.System);
        var journals = new JournalStore(store, prefix, TimeProvider.System);
        if (end is null && (await journals.ListBlocksAsync(run, stop)).Count > 0)
            throw new SettingsException($"The run {run} exists already. Choose another name with --run.");
        using var logs = LoggerFactory.Create(static builder => builder.AddSimpleConsole(static console =>
        {
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ");
        }).AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var log = logs.CreateLogger("Ingester.Paper");
        var preparation = new RunPreparation(store, prefix, archive, TimeProvider.System);
        var setup = await preparation.PrepareAsync(options, start, end, stop);
        using var http = Outgoing.CreateClient();
        await using var sender = new AlertSender(Outgoing.CreateNotifiers(options.Alerts, http), TimeProvider.System, log);
        var events = new RunEvents(run, log, sender);
        using var metrics = events.Metrics;
        await using var server = await MetricsServer.StartAsync(arguments.Listen(line));
        using var journal = new JournalWriter(journals, run);
        using var engine = new PaperEngine(setup, ModelFactory.Create(options.GetModels(), http, TimeProvider.System), journal, events);
        var unreadable = await RunAsync(line, arguments, setup, engine, new(archive, new(store, prefix, TimeProvider.System), http, log), clock, stop);
        return Complete(run, journal, [.. preparation.Notes, .. unreadable]);
    }

    private static async Task<IReadOnlyCollection<string>> RunAsync(ParseResult line, RunArguments arguments, RunSetup setup, PaperEngine engine, FeedSources sources, TimeProvider clock, CancellationToken stop)
    {
        FeedMarket[] markets = [.. setup.Markets.SelectMany(static market => market.Feeds).Distinct()];
        if (arguments.Live(line) is not { } recorder)
        {
            var replay = new ReplayFeed(sources.Archive, sources.Objects, markets, new(setup.StartMicros, setup.EndMicros!.Value), setup.Options.Feed);
            await engine.RunAsync(replay, stop, CancellationToken.None);
            stop.ThrowIfCancellationRequested();
            return replay.Unreadable;
        }

        var live = new RecorderFeed(new(sources.Http, recorder, setup.Options.Feed.Token), markets, (market, at, cancel) => ReadBookAsync(sources, market, at, cancel), setup.Options.Feed, clock);
        live.Reported += sentence => RunLog.Connection(sources.Log, sentence);
        engine.BarEnded += _ =>
        {
            foreach (var market in setup.Markets)
                live.SetBookKnown(market.Feed, market.Book.IsKnown);
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (arguments.Duration(line) is { } duration)
        {
            var left = TimeSpan.FromMicroseconds(setup.StartMicros - Micros.Now(clock)) + duration + setup.Options.Feed.ReorderDelay;
            using var timer = clock.CreateTimer(_ => ending.Cancel(), null, left, Timeout.InfiniteTimeSpan);
            await engine.RunAsync(live, ending.Token, CancellationToken.None);
            return [];
        }

        await engine.RunAsync(live, ending.Token, CancellationToken.None);
        return [];
    }

    /// <summary>The book of the store; null if the store does not answer: it is read again later.</summary>
    private static async Task<BookResult?> ReadBookAsync(FeedSources sources, FeedMarket market, long micros, CancellationToken cancellation)
    {
        try
        {
            return await sources.Archive.GetBookAsync(market.Exchange, market.Market, new(Micros.ToDateTime(micros)), cancellation);
        }
        catch (StoreException failure)
        {
            RunLog.Connection(sources.Log, failure.Message);
            return null;
        }
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
