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
    private const int MaxListedStreams = 10;

    private readonly MarketRegister register = new();
    private readonly MarketFilter filter = new(context.ExchangeOptions.Markets, context.ExchangeOptions.Exclude);
    private readonly IReadOnlyList<DatasetProfile> datasets = context.ExchangeOptions.SelectDatasets(context.Exchange.Profile);
    private readonly Lock gate = new();
    private readonly Dictionary<int, RunningConnection> connections = [];
    private readonly HashSet<string> reportedPatterns = new(StringComparer.Ordinal);
    private readonly InstrumentJournal? instruments =
        context.Segments is { } segments ? new(context.Name, segments.Output, context.DataClock ?? context.Clock) : null;

    private HashSet<SkippedEntry> reportedUnreadable = [];
    private Dictionary<Market, MarketState> lastStates = [];
    private HashSet<Market> haltedMarkets = [];
    private readonly HashSet<string> reportedUnstorable = new(StringComparer.Ordinal);
    private SubscriptionPlan plan = new() { Capacity = context.ExchangeOptions.Capacity(context.Exchange.Profile) };
    private Func<double> usedShare = static () => 0;
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
                var refused = all.SelectMany(connection => connection.FailedStreams).ToList();
                var failed = refused.ConvertAll(stream => $"{stream.Dataset.Name()} {stream.Market.Name}");
                return new(
                    context.Name, chosenMarkets, all.Count, all.Count(c => c.IsOpen), all.Sum(c => c.DesiredCount), all.Sum(c => c.ConfirmedCount), error)
                {
                    StreamsFailed = failed.Count,
                    StreamsFailedHalted = refused.Count(stream => haltedMarkets.Contains(stream.Market)),
                    Failed = failed.Count > 0 ? string.Join(", ", failed.Take(MaxListedStreams)) : null,
                    StreamsStalled = all.Sum(connection => connection.StalledCount),
                    BooksDue = context.LaneServices?.Snapshots?.DueCount ?? 0,
                    RequestsSpent = usedShare(),
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
        using var budgets = context.NewRateLimits();
        usedShare = () => budgets.UsedShare;
        await RecordAsync(new(context, budgets), work);
    }

    private async Task RecordAsync(ConnectionServices around, CancellationTokenSource work)
    {
        var errands = StartBackgroundLoops(new(around), work.Token).Select(loop => StopAllOnFaultAsync(loop, work)).ToList();
        try
        {
            await RefreshMarketsAsync(around, work);
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
    private List<Task> StartBackgroundLoops(RateLimitedRestClient desk, CancellationToken stop)
    {
        var loops = new List<Task>();
        if (context.LaneServices?.Snapshots is { } books)
            loops.AddRange(new SnapshotFetcher(context, desk, books).Start(stop));
        if (instruments is not null)
            loops.Add(instruments.RunAsync(stop));
        if (context is { LaneServices.Backfills: { } repairs, Segments: { } segments })
            loops.Add(new BackfillWorker(context, new(context, desk, segments), repairs).RunAsync(stop));
        return loops;
    }

    private async Task RefreshMarketsAsync(ConnectionServices around, CancellationTokenSource work)
    {
        var discovery = new MarketDiscovery(around);
        var backoff = context.NewBackoff(salt: 0);
        var retry = new ResiliencePipelineBuilder { TimeProvider = context.Clock }.AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<RestException>(),
            MaxRetryAttempts = int.MaxValue,
            DelayGenerator = failed => new(backoff.DelayAfter(failed.AttemptNumber) + (((RestException)failed.Outcome.Exception!).RetryAfter ?? TimeSpan.Zero)),
            OnRetry = failed =>
            {
                discoveryError = failed.Outcome.Exception!.Message;
                context.Events.MarketListFailed(context.Name, discoveryError, failed.RetryDelay, repeated: failed.AttemptNumber > 0);
                return default;
            },
        }).Build();
        while (true)
        {
            await retry.ExecuteAsync(async stop => await ApplyAsync(await discovery.FetchAsync(stop), around, work), work.Token);
            discoveryError = chosenMarkets == 0 ? "No market matches the patterns." : null;
            await Task.Delay(context.ExchangeOptions.DiscoveryInterval, context.Clock, work.Token);
        }
    }

    private async Task ApplyAsync(MarketListResult listing, ConnectionServices around, CancellationTokenSource work)
    {
        register.Update(listing);
        var chosen = register.Recorded.Where(IsChosen).ToList();
        var halted = chosen.Where(listed => listed.State == MarketState.Halted).Select(listed => listed.Market).ToHashSet();
        context.Events.MarketListRead(context.Name, register.Recorded.Count, chosen.Count, halted.Count);
        if (context.LaneServices is { } errands)
            errands.HaltedMarkets = halted;
        ReportListing(listing, chosen);
        var (next, changes) = plan.Next(chosen.SelectMany(listed => datasets.Select(d => (new Subscription(d.Dataset, listed.Market), d.Endpoint))));
        plan = next;
        lock (gate)
        {
            // All are added in one step before any starts, so that Status never reports a part of the plan as the whole plan.
            (chosenMarkets, haltedMarkets) = (chosen.Count, halted);
            foreach (var change in changes.Where(change => change.IsNew))
                connections.Add(change.Id, NewRunning(change, around, work));
        }

        foreach (var change in changes)
        {
            context.Events.PlanChanged(context.Name, change);
            if (change.IsNew)
                Start(connections[change.Id], work);
            else
                connections[change.Id].Connection.Update(change.Add, change.Remove);
            if (change.IsClosing)
                await CloseAsync(change.Id);
        }
    }

    /// <summary>
    /// Reports changes in a market list: entries that cannot be parsed, changes of state, and patterns without a match.
    /// </summary>
    private void ReportListing(MarketListResult listing, IReadOnlyList<ListedMarket> chosen)
    {
        if (listing.Skipped.Where(entry => !reportedUnreadable.Contains(entry)).ToList() is { Count: > 0 } unreadable)
            context.Events.EntriesUnreadable(context.Name, unreadable);
        reportedUnreadable = [.. listing.Skipped];
        foreach (var pattern in filter.Unmatched([.. register.Recorded.Select(listed => listed.Market)]).Where(reportedPatterns.Add))
            context.Events.PatternUnmatched(context.Name, pattern);
        var ended = register.Delisted.Where(IsChosen).ToList();
        var changed = chosen.Where(now => lastStates.TryGetValue(now.Market, out var before) && before != now.State).Concat(ended).ToLookup(now => now.State);
        foreach (var same in changed)
            context.Events.MarketsChanged(context.Name, same.Key, [.. same]);
        lastStates = chosen.ToDictionary(listed => listed.Market, listed => listed.State);
        instruments?.OnMarketList(chosen.Concat(listing.Markets.Where(listed => listed.State == MarketState.Delisted && IsChosen(listed))), ended);
    }

    private bool IsChosen(ListedMarket listed) => filter.IsMatch(listed.Market) && context.IsInShard(listed.Market) && IsStorable(listed.Market);

    private bool IsStorable(Market market)
    {
        if (context.StorageObstacle(market) is not { } why)
            return true;
        if (reportedUnstorable.Add(market.Symbol))
            context.Events.MarketUnstorable(context.Name, market.Name, why);
        return false;
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Whoever removes the connection disposes the source, once its task has ended.")]
    private static RunningConnection NewRunning(ConnectionChange change, ConnectionServices around, CancellationTokenSource work)
    {
        var connection = new ExchangeConnection(change.Id, change.Endpoint, around);
        connection.Update(change.Add, []);
        return new(connection, CancellationTokenSource.CreateLinkedTokenSource(work.Token));
    }

    private static void Start(RunningConnection running, CancellationTokenSource work) =>
        running.Task = StopAllOnFaultAsync(running.Connection.RunAsync(running.Stop.Token), work);

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
    private static async Task StopAllOnFaultAsync(Task running, CancellationTokenSource work)
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

    private sealed record RunningConnection(ExchangeConnection Connection, CancellationTokenSource Stop)
    {
        public Task Task { get; set; } = Task.CompletedTask;
    }
}
