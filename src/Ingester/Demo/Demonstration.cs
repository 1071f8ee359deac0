using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Simulator;
using Ingester.Simulator.Faults;
using Ingester.Status;
using Ingester.Storage.Stores;
using Spectre.Console;

namespace Ingester.Demo;

/// <summary>
/// The demo: a simulator, and two replicas in separate processes, one of which is killed and restarted. A gap is injected, the store is compared with the
/// sent rows, and the day is exported and certified.
/// </summary>
internal sealed class Demonstration(DemoPlan plan, IAnsiConsole console)
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(250);
    private static readonly StreamId GapStream = new(Dataset.Trades, "binance", "BTC-USDT");
    private const int DroppedTrades = 5;

    private readonly Dictionary<string, RecorderStatus> statuses = new(StringComparer.Ordinal);
    private long duplicatesBeforeRestart; // duplicates that the store rejected, of ended processes
    private string phase = "";

    /// <summary>Runs the demo; returns true when all checks pass.</summary>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        var clock = SimulatedClock.Create(plan.Clock);
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Markets = plan.Markets, EventsPerSecond = plan.EventsPerSecond }, clock);
        var configuration = plan.WriteConfiguration(simulator);
        console.WriteLine($"Five simulated exchanges on port {simulator.Port}; a minute passes in {60 / DemoPlan.ClockRate:0.#} s. Objects go to {plan.Folder}.");

        using var first = StartReplica("a", configuration);
        var second = StartReplica("b", configuration);
        try
        {
            await Task.WhenAll(first.WaitUntilReadyAsync(cancel, StartTimeout), second.WaitUntilReadyAsync(cancel, StartTimeout));
            using var dashboard = await StartDashboardAsync([first.Address, second.Address], cancel);
            if (plan.Stays)
                return await StayAsync(simulator, first, second, cancel);
            var began = Micros.Now(clock);
            await RunPhaseAsync("both replicas record", first, second, 0.4, cancel);

            duplicatesBeforeRestart += Duplicates("b");
            await second.KillAsync(cancel);
            statuses.Remove("b");
            await RunPhaseAsync("replica b is killed (SIGKILL); replica a continues", first, null, 0.15, cancel);

            second.Dispose();
            second = StartReplica("b", configuration);
            await second.WaitUntilReadyAsync(cancel, StartTimeout);
            simulator.DropNext(GapStream, DroppedTrades);
            await RunPhaseAsync($"replica b is back; {DroppedTrades} trades of {GapStream} are dropped for all clients", first, second, 0.45, cancel);

            simulator.StopGenerating();
            await RunPhaseAsync("the exchanges stop sending; the rest is stored", first, second, 0.05, cancel);
            var ended = Micros.Now(clock);
            var exits = await Task.WhenAll(first.StopAsync(cancel), second.StopAsync(cancel));
            return await VerifyAsync(simulator, new(began, ended), exits, cancel);
        }
        finally
        {
            second.Dispose();
        }
    }

    /// <summary>Records until a signal, with a gap at the beginning that is closed soon; true when the replicas stored everything.</summary>
    private async Task<bool> StayAsync(ExchangeSimulator simulator, ReplicaProcess first, ReplicaProcess second, CancellationToken cancel)
    {
        console.WriteLine($"Both replicas record until Ctrl+C. Their status pages are {first.Address} and {second.Address}.");
        simulator.DropNext(GapStream, DroppedTrades);
        await Task.WhenAny(first.WaitForExitAsync(cancel), second.WaitForExitAsync(cancel));
        simulator.StopGenerating();
        var exits = await Task.WhenAll(first.StopAsync(CancellationToken.None), second.StopAsync(CancellationToken.None));
        console.WriteLine($"Stopped. Objects are in {Path.Combine(plan.Folder, "store")}.");
        return exits.All(exit => exit == 0);
    }

    /// <summary>Starts the dashboard where it is built; null where it is not, or where it does not start.</summary>
    private async Task<DashboardProcess?> StartDashboardAsync(IReadOnlyList<Uri> recorders, CancellationToken cancel)
    {
        if (DashboardProcess.FindProgram() is not { } program)
        {
            console.WriteLine("The dashboard is not built here: dotnet build src/Ingester.Dashboard builds it.");
            return null;
        }

        var dashboard = DashboardProcess.Start(program, Path.GetFullPath(Path.Combine(plan.Folder, "store")), recorders, plan.Clock, Path.Combine(plan.Folder, "dashboard.log"));
        try
        {
            console.WriteLine($"The dashboard is at {await dashboard.WaitUntilServingAsync(cancel)}");
            return dashboard;
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            dashboard.Dispose();
            console.WriteLine($"The dashboard does not start: {failure.Message}");
            return null;
        }
    }

    private ReplicaProcess StartReplica(string name, string configuration) => new(name, configuration, Path.Combine(plan.Folder, $"replica-{name}.log"));

    private long Duplicates(string name) => statuses.TryGetValue(name, out var status) ? status.Segments.GetValueOrDefault("duplicate") : 0;

    private async Task RunPhaseAsync(string description, ReplicaProcess first, ReplicaProcess? second, double share, CancellationToken cancel)
    {
        phase = description;
        var until = TimeProvider.System.GetTimestamp() + (long)(plan.Seconds * share * TimeProvider.System.TimestampFrequency);
        async Task WatchAsync(Action<Table> show)
        {
            var (events, at) = (statuses.Values.Sum(status => status.Events), TimeProvider.System.GetTimestamp());
            while (TimeProvider.System.GetTimestamp() < until)
            {
                await Task.Delay(RefreshInterval, cancel);
                await UpdateStatusAsync("a", first, cancel);
                if (second is not null)
                    await UpdateStatusAsync("b", second, cancel);
                var received = Math.Max(0, statuses.Values.Sum(status => status.Events) - events);
                show(CreateTable(received / TimeProvider.System.GetElapsedTime(at).TotalSeconds));
            }
        }

        if (Console.IsOutputRedirected)
        {
            var table = CreateTable(0);
            await WatchAsync(latest => table = latest);
            console.Write(table);
        }
        else
        {
            await console.Live(CreateTable(0)).StartAsync(live => WatchAsync(live.UpdateTarget));
        }
    }

    private async Task UpdateStatusAsync(string name, ReplicaProcess replica, CancellationToken cancel)
    {
        if (await replica.GetStatusAsync(cancel) is { } status)
            statuses[name] = status;
    }

    private Table CreateTable(double rate)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{phase}  ({rate:N0} events/s)"));
        foreach (var heading in new[] { "replica", "streams", "events", "stored", "duplicates", "gaps", "quarantined" })
            table.AddColumn(heading);
        foreach (var (name, status) in statuses.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            table.AddRow(
                name,
                $"{status.Exchanges.Sum(exchange => exchange.StreamsSubscribed):N0}",
                $"{status.Events:N0}",
                $"{status.Segments.GetValueOrDefault("stored"):N0}",
                $"{status.Segments.GetValueOrDefault("duplicate"):N0}",
                $"{status.Gaps:N0}",
                $"{status.Quarantined:N0}");
        return table;
    }

    private async Task<bool> VerifyAsync(ExchangeSimulator simulator, DemoPeriod span, int[] exits, CancellationToken cancel)
    {
        var store = new DirectoryStore(Path.Combine(plan.Folder, "store"), TimeProvider.System);
        var check = await StoreCheck.ListAsync(store, "", cancel);
        var errors = new List<string>();
        long rows = 0, whole = 0;
        foreach (var count in simulator.Counts().Where(count => count.Stream.Dataset != Dataset.AggTrades))
        {
            var truth = simulator.Truth(count.Stream).ToList();
            var verdict = await check.CheckStreamAsync(count.Stream, truth, cancel, replays: count.Stream == GapStream); // the gap of this stream is closed over REST
            errors.AddRange(verdict.Errors.Select(error => $"{count.Stream}: {error}"));
            if (count.Stream != GapStream)
                errors.AddRange(span.FindMissingWindows(truth, check.WholeWindows(count.Stream)).Select(start => $"{count.Stream}: the minute {Micros.ToDateTime(start):HH:mm} has no whole object"));
            rows += verdict.SentRows;
            whole += verdict.WholeWindows;
        }

        var drop = simulator.Faults().Single(error => error.Kind == InjectedFaultKind.Drop);
        SequenceRange? range = new SequenceRange(drop.After!.Value, drop.UpTo!.Value);
        var (injected, closed) = ((GapStream, range, "skip"), (GapStream, range, "backfill"));
        var gaps = await check.ReadGapsAsync(cancel);
        if (!gaps.Contains(injected))
            errors.Add($"the injected gap {injected} was not reported");
        if (!gaps.Contains(closed))
            errors.Add($"the injected gap {injected} was not closed over REST");
        errors.AddRange(gaps.Where(gap => gap != injected && gap != closed).Select(gap => $"a gap was reported that was not injected: {gap}"));
        if (check.CountObjects(ObjectKey.Divergent) + check.CountObjects(ObjectKey.Variants) is > 0 and var other)
            errors.Add($"{other} objects differ between the replicas");
        if (exits.Any(exit => exit != 0))
            errors.Add($"a replica did not store everything: exit codes {string.Join(", ", exits)}");
        errors.AddRange(await new DemoExport(plan, console).RunAsync([.. simulator.Exchanges], span, cancel));
        WriteVerdict(rows, whole, errors);
        return errors.Count == 0 && rows > 0 && whole > 0;
    }

    private void WriteVerdict(long rows, long whole, List<string> errors)
    {
        console.WriteLine();
        console.WriteLine($"  rows sent and compared          {rows,12:N0}");
        console.WriteLine($"  whole windows, each once        {whole,12:N0}");
        console.WriteLine($"  duplicates rejected by the store{duplicatesBeforeRestart + Duplicates("a") + Duplicates("b"),12:N0}");
        console.WriteLine($"  gap injected, reported, closed  {DroppedTrades,12:N0} trades of {GapStream}");
        console.WriteLine();
        foreach (var error in errors.Take(20))
            console.MarkupLineInterpolated($"  [red]{error}[/]");
        if (errors.Count == 0)
            console.MarkupLine("[green]Everything that was sent is in the store, each whole window exactly once, and only the injected gap was reported and closed over REST.[/]");
        else
            console.MarkupLineInterpolated($"[red]{errors.Count} checks failed; the logs of the replicas are in {plan.Folder}.[/]");
        console.WriteLine();
        Console.WriteLine($"Inspect:  find {plan.Folder}/store/trades -name '*.json.gz' | head -1 | xargs zcat | head");
        Console.WriteLine($"          ls {plan.Folder}/store/export/csv/*/trades/*/*/*");
    }
}
