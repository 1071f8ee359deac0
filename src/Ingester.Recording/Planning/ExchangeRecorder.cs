using System.Diagnostics.CodeAnalysis;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Backfill;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Recording.Snapshots;
using Polly;

namespace Ingester.Recording.Planning;

/// <summary>Records one exchange: fetches its market list, and runs the connections that <see cref="SubscriptionPlanner"/> plans.</summary>
/// <param name="context">The exchange and its options.</param>
/// <param name="services">What the recorder uses.</param>
internal sealed class ExchangeRecorder(ExchangeContext context, ExchangeRecorderServices services)
{
    private const int MaxListedStreams = 10;

    private readonly SubscriptionPlanner planner = new(context, services);
    private readonly Lock gate = new();
    private readonly Dictionary<int, RunningConnection> connections = [];
    private IReadOnlySet<Market> haltedMarkets = new HashSet<Market>();
    private Func<double> usedShare = static () => 0;
    private int? marketCount;
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
                    context.Name, marketCount, all.Count, all.Count(c => c.IsOpen), all.Sum(c => c.DesiredCount), all.Sum(c => c.ConfirmedCount), error)
                {
                    StreamsFailed = failed.Count,
                    StreamsFailedHalted = refused.Count(stream => haltedMarkets.Contains(stream.Market)),
                    Failed = failed.Count > 0 ? string.Join(", ", failed.Take(MaxListedStreams)) : null,
                    StreamsStalled = all.Sum(connection => connection.StalledCount),
                    BooksDue = services.Lanes?.Snapshots?.DueCount ?? 0,
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
        using var limits = context.NewRateLimits();
        usedShare = () => limits.UsedShare;
        await RecordAsync(limits, work);
    }

    private async Task RecordAsync(ExchangeRateLimits limits, CancellationTokenSource work)
    {
        var rest = new RateLimitedRestClient(context, new(context, services.Http, services.Events.Rest), limits);
        var shared = new ConnectionServices
        {
            Context = context,
            RateLimits = limits,
            Events = services.Events.Connections,
            DialAsync = services.DialAsync,
            LaneFactory = services.LaneFactory,
            ResolveAsync = AddressResolver(rest),
        };
        var loops = StartBackgroundLoops(rest, work.Token).Select(loop => StopAllOnFaultAsync(loop, work)).ToList();
        try
        {
            await RefreshMarketsAsync(new(context, rest), shared, work);
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            // Canceled by the caller, or by a task that failed with a bug; the WhenAll below throws it.
        }
        finally
        {
            await work.CancelAsync();
            await Task.WhenAll([.. loops, .. connections.Values.Select(running => running.Task)]);
            foreach (var ended in connections.Values)
                ended.Stop.Dispose();
        }
    }

    /// <summary>Resolves the address of a connection: the endpoint itself, or what the exchange answers to the bootstrap request.</summary>
    private Func<Uri, CancellationToken, Task<ConnectionAddress>> AddressResolver(RateLimitedRestClient rest) => context.Exchange is IConnectionBootstrap bootstrap
        ? async (endpoint, stop) =>
        {
            var call = bootstrap.BootstrapCall;
            var found = await rest.GetAsync(new(call.Uri, 1, Body: call.Body), body => bootstrap.ParseBootstrap(endpoint, body), stop);
            return found with { Uri = context.ExchangeOptions.WebSocketAddress(found.Uri) };
        }
    : (endpoint, _) => Task.FromResult(new ConnectionAddress(context.ExchangeOptions.WebSocketAddress(endpoint)));

    /// <summary>
    /// Starts the loops that fetch snapshots, write instruments and backfill trades. They never block the receive loops.
    /// </summary>
    private List<Task> StartBackgroundLoops(RateLimitedRestClient rest, CancellationToken stop)
    {
        var loops = new List<Task>();
        if (services.Lanes?.Snapshots is { } snapshots)
            loops.AddRange(new SnapshotFetcher(context, rest, snapshots, services.Events.Snapshots).Start(stop));
        if (planner.Instruments is { } instruments)
            loops.Add(instruments.RunAsync(stop));
        if (services is { Lanes.Backfills: { } backfills, Segments: { } segments })
            loops.Add(new BackfillWorker(new(context, rest, segments), backfills, services.Events.Backfill).RunAsync(stop));
        return loops;
    }

    private async Task RefreshMarketsAsync(MarketDiscovery discovery, ConnectionServices shared, CancellationTokenSource work)
    {
        var backoff = context.NewBackoff(salt: 0);
        var retry = new ResiliencePipelineBuilder { TimeProvider = context.Clock }.AddRetry(new()
        {
            ShouldHandle = new PredicateBuilder().Handle<RestException>(),
            MaxRetryAttempts = int.MaxValue,
            DelayGenerator = failed => new(backoff.DelayAfter(failed.AttemptNumber) + (((RestException)failed.Outcome.Exception!).RetryAfter ?? TimeSpan.Zero)),
            OnRetry = failed =>
            {
                discoveryError = failed.Outcome.Exception!.Message;
                services.Events.Planning.MarketListFailed(context.Name, discoveryError, failed.RetryDelay, repeated: failed.AttemptNumber > 0);
                return default;
            },
        }).Build();
        while (true)
        {
            await retry.ExecuteAsync(async stop => await ApplyAsync(await discovery.FetchAsync(stop), shared, work), work.Token);
            discoveryError = marketCount == 0 ? "No market matches the patterns." : null;
            await Task.Delay(context.ExchangeOptions.DiscoveryInterval, context.Clock, work.Token);
        }
    }

    private async Task ApplyAsync(MarketListResult listing, ConnectionServices shared, CancellationTokenSource work)
    {
        var planned = planner.Apply(listing);
        if (services.Lanes is { } lanes)
            lanes.HaltedMarkets = planned.Halted;
        lock (gate)
        {
            // All are added in one step before any starts, so that Status never reports a part of the plan as the whole plan.
            (marketCount, haltedMarkets) = (planned.MarketCount, planned.Halted);
            foreach (var change in planned.Changes.Where(change => change.IsNew))
                connections.Add(change.Id, NewRunning(change, shared, work));
        }

        foreach (var change in planned.Changes)
        {
            services.Events.Planning.PlanChanged(context.Name, change);
            if (change.IsNew)
                Start(connections[change.Id], work);
            else
                connections[change.Id].Connection.Update(change.Add, change.Remove);
            if (change.IsClosing)
                await CloseAsync(change.Id);
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The code that removes the connection disposes the source, once its task has ended.")]
    private static RunningConnection NewRunning(ConnectionChange change, ConnectionServices shared, CancellationTokenSource work)
    {
        var connection = new ExchangeConnection(change.Id, change.Endpoint, shared);
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
