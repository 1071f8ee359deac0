using System.Diagnostics.CodeAnalysis;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Resilience;
using Ingester.Core.Segments;
using Ingester.Recording.Backfill;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Recording.Snapshots;
using Polly;

namespace Ingester.Recording.Planning;

/// <summary>The state of recording one exchange, for the status page and health checks.</summary>
/// <param name="Exchange">The exchange's name.</param>
/// <param name="Markets">Number of selected markets; null before the first market list.</param>
/// <param name="ConnectionsWanted">Number of planned connections.</param>
/// <param name="ConnectionsOpen">Number of open connections.</param>
/// <param name="StreamsWanted">Number of planned streams.</param>
/// <param name="StreamsSubscribed">Number of streams that the exchange confirmed.</param>
/// <param name="LastError">The present error as a sentence; null when there is none.</param>
internal sealed record ExchangeStatus(
    string Exchange, int? Markets, int ConnectionsWanted, int ConnectionsOpen, int StreamsWanted, int StreamsSubscribed, string? LastError)
{
    /// <summary>Number of streams that the exchange did not confirm after the maximum number of attempts.</summary>
    public int StreamsFailed { get; init; }

    /// <summary>Number of those whose market is halted. An exchange may refuse such streams, and no data is missing.</summary>
    public int StreamsFailedHalted { get; init; }

    /// <summary>The names of the first of <see cref="StreamsFailed"/>; null when there are none.</summary>
    public string? Failed { get; init; }

    /// <summary>Number of stalled streams: no event for much longer than usual, although the connection is alive.</summary>
    public int StreamsStalled { get; init; }

    /// <summary>Number of restarts after an unhandled exception.</summary>
    public int Restarts { get; init; }

    /// <summary>Number of snapshots that are due and not yet being fetched.</summary>
    public int BooksDue { get; init; }

    /// <summary>The used share of the request weight, as the exchange last reported it.</summary>
    public double RequestsSpent { get; init; }
}

/// <summary>Records one exchange: fetches its market list, plans connections for the selected markets, and runs them.</summary>
internal sealed class ExchangeRecorder(ExchangeContext context)
{
    private const int NamedStreams = 10;

    private readonly MarketRegister register = new();
    private readonly MarketFilter filter = new(context.Choice.Markets, context.Choice.Exclude);
    private readonly IReadOnlyList<DatasetProfile> datasets = context.Choice.Chosen(context.Exchange.Profile);
    private readonly Lock gate = new();
    private readonly Dictionary<int, Running> connections = [];
    private readonly HashSet<string> unmatched = new(StringComparer.Ordinal);
    private readonly InstrumentJournal? instruments =
        context.Segments is { } segments ? new(context.Name, segments.Output, context.DataClock ?? context.Clock) : null;

    private HashSet<UnreadableEntry> leftOut = [];
    private Dictionary<Market, MarketState> states = [];
    private HashSet<Market> haltedMarkets = [];
    private readonly HashSet<string> unstorable = new(StringComparer.Ordinal);
    private SubscriptionPlan plan = new() { Capacity = context.Choice.Capacity(context.Exchange.Profile) };
    private Func<double> spent = static () => 0;
    private int? chosenMarkets;
    private volatile string? discoveryError;

    /// <summary>The present state; may be read by any thread.</summary>
    public ExchangeStatus Status
    {
        get
        {
            lock (gate)
            {
                var all = connections.Values.Select(running => running.Connection).ToList();
                var error = discoveryError ?? all.Select(connection => connection.LastError).FirstOrDefault(words => words is not null);
                var refused = all.SelectMany(connection => connection.Failed).ToList();
                var failed = refused.ConvertAll(stream => $"{stream.Dataset.Name()} {stream.Market.Name}");
                return new(
                    context.Name, chosenMarkets, all.Count, all.Count(c => c.IsOpen), all.Sum(c => c.Wanted), all.Sum(c => c.Confirmed), error)
                {
                    StreamsFailed = failed.Count,
                    StreamsFailedHalted = refused.Count(stream => haltedMarkets.Contains(stream.Market)),
                    Failed = failed.Count > 0 ? string.Join(", ", failed.Take(NamedStreams)) : null,
                    StreamsStalled = all.Sum(connection => connection.Stalled),
                    BooksDue = context.Errands?.Books?.Due ?? 0,
                    RequestsSpent = spent(),
                };
            }
        }
    }

    /// <summary>
    /// Records until <paramref name="stop"/> is canceled, then closes the connections. An exception that it throws is a bug, see <see
    /// cref="ExchangeSupervisor"/>.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var budgets = context.NewBudgets();
        spent = () => budgets.SpentShare;
        await RecordAsync(new(context, budgets), work);
    }

    private async Task RecordAsync(ConnectionSurroundings around, CancellationTokenSource work)
    {
        var errands = Errands(new(around), work.Token).Select(loop => KeepAsync(loop, work)).ToList();
        try
        {
            await DiscoverAsync(around, work);
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            // Canceled by the caller, or by a task that failed with a bug; the WhenAll below throws it.
        }
        finally
        {
            await work.CancelAsync();
            await Task.WhenAll([.. errands, .. connections.Values.Select(running => running.Task)]);
            foreach (var ended in connections.Values)
                ended.Stop.Dispose();
        }
    }

    /// <summary>
    /// Starts the loops that fetch snapshots, write instruments and backfill trades. They never block the receive loops.
    /// </summary>
    private List<Task> Errands(RequestDesk desk, CancellationToken stop)
    {
        var loops = new List<Task>();
        if (context.Errands?.Books is { } books)
            loops.AddRange(new BookFetcher(context, desk, books).Start(stop));
        if (instruments is not null)
            loops.Add(instruments.RunAsync(stop));
        if (context is { Errands.Repairs: { } repairs, Segments: { } segments })
            loops.Add(new TradeRepairer(context, new(context, desk, segments), repairs).RunAsync(stop));
        return loops;
    }

    private async Task DiscoverAsync(ConnectionSurroundings around, CancellationTokenSource work)
    {
        var discovery = new MarketDiscovery(around);
        var backoff = context.NewBackoff(salt: 0);
        var retry = new ResiliencePipelineBuilder { TimeProvider = context.Clock }.AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<RestException>(),
            MaxRetryAttempts = int.MaxValue,
            DelayGenerator = failed => new(backoff.After(failed.AttemptNumber) + (((RestException)failed.Outcome.Exception!).RetryAfter ?? TimeSpan.Zero)),
            OnRetry = failed =>
            {
                discoveryError = failed.Outcome.Exception!.Message;
                context.Events.DiscoveryFailed(context.Name, discoveryError, failed.RetryDelay, repeated: failed.AttemptNumber > 0);
                return default;
            },
        }).Build();
        while (true)
        {
            await retry.ExecuteAsync(async stop => await ApplyAsync(await discovery.AskAsync(stop), around, work), work.Token);
            discoveryError = chosenMarkets == 0 ? "No market matches the patterns." : null;
            await Task.Delay(context.Choice.DiscoveryInterval, context.Clock, work.Token);
        }
    }

    private async Task ApplyAsync(MarketListing listing, ConnectionSurroundings around, CancellationTokenSource work)
    {
        register.Take(listing);
        var chosen = register.Recorded.Where(IsChosen).ToList();
        var halted = chosen.Where(listed => listed.State == MarketState.Halted).Select(listed => listed.Market).ToHashSet();
        context.Events.Discovered(context.Name, register.Recorded.Count, chosen.Count, halted.Count);
        if (context.Errands is { } errands)
            errands.Halted = halted;
        Report(listing, chosen);
        var (next, changes) = plan.Next(chosen.SelectMany(listed => datasets.Select(d => (new Subscription(d.Dataset, listed.Market), d.Endpoint))));
        plan = next;
        lock (gate)
        {
            // All are added in one step before any starts, so that Status never reports a part of the plan as the whole plan.
            (chosenMarkets, haltedMarkets) = (chosen.Count, halted);
            foreach (var change in changes.Where(change => change.Opens))
                connections.Add(change.Id, NewRunning(change, around, work));
        }

        foreach (var change in changes)
        {
            context.Events.Planned(context.Name, change);
            if (change.Opens)
                Begin(connections[change.Id], work);
            else
                connections[change.Id].Connection.Change(change.Add, change.Remove);
            if (change.Closes)
                await CloseAsync(change.Id);
        }
    }

    /// <summary>
    /// Reports changes in a market list: entries that cannot be parsed, changes of state, and patterns without a match.
    /// </summary>
    private void Report(MarketListing listing, IReadOnlyList<ListedMarket> chosen)
    {
        if (listing.LeftOut.Where(entry => !leftOut.Contains(entry)).ToList() is { Count: > 0 } unreadable)
            context.Events.EntriesUnreadable(context.Name, unreadable);
        leftOut = [.. listing.LeftOut];
        foreach (var pattern in filter.Unmatched([.. register.Recorded.Select(listed => listed.Market)]).Where(unmatched.Add))
            context.Events.PatternUnmatched(context.Name, pattern);
        var ended = register.Ended.Where(IsChosen).ToList();
        var changed = chosen.Where(now => states.TryGetValue(now.Market, out var before) && before != now.State).Concat(ended).ToLookup(now => now.State);
        foreach (var same in changed)
            context.Events.MarketsChanged(context.Name, same.Key, [.. same]);
        states = chosen.ToDictionary(listed => listed.Market, listed => listed.State);
        instruments?.Update(chosen.Concat(listing.Markets.Where(listed => listed.State == MarketState.Delisted && IsChosen(listed))), ended);
    }

    private bool IsChosen(ListedMarket listed) => filter.Chooses(listed.Market) && context.Holds(listed.Market) && IsStorable(listed.Market);

    private bool IsStorable(Market market)
    {
        if (context.WhyUnstorable(market) is not { } why)
            return true;
        if (unstorable.Add(market.Symbol))
            context.Events.MarketUnstorable(context.Name, market.Name, why);
        return false;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Whoever removes the connection disposes the source, once its task has ended.")]
    private static Running NewRunning(ConnectionChange change, ConnectionSurroundings around, CancellationTokenSource work)
    {
        var connection = new Connection(change.Id, change.Endpoint, around);
        connection.Change(change.Add, []);
        return new(connection, CancellationTokenSource.CreateLinkedTokenSource(work.Token));
    }

    private static void Begin(Running running, CancellationTokenSource work) =>
        running.Task = KeepAsync(running.Connection.RunAsync(running.Stop.Token), work);

    private async Task CloseAsync(int id)
    {
        var closing = connections[id];
        await closing.Stop.CancelAsync();
        await closing.Task;
        closing.Stop.Dispose();
        lock (gate)
            connections.Remove(id);
    }

    /// <summary>Awaits a task. If it fails, all others are canceled, and awaiting the returned task throws the exception.</summary>
    private static async Task KeepAsync(Task running, CancellationTokenSource work)
    {
        try
        {
            await running;
        }
        catch
        {
            await work.CancelAsync();
            throw;
        }
    }

    private sealed record Running(Connection Connection, CancellationTokenSource Stop)
    {
        public Task Task { get; set; } = Task.CompletedTask;
    }
}
