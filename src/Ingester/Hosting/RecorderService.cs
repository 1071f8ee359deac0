using System.Collections.Concurrent;
using Ingester.Core.Connections;
using Ingester.Core.Exchanges;
using Ingester.Core.Segments;
using Ingester.Core.Storage;
using Ingester.Core.Telemetry;

namespace Ingester.Hosting;

/// <summary>
/// One replica: every exchange's connections, the lanes that they fill, and the writer behind them. A fault that nobody handles ends the
/// process; a stop seals and stores everything that fits the time.
/// </summary>
internal sealed class RecorderService : BackgroundService
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(50);

    private readonly Settings settings;
    private readonly TimeProvider clock;
    private readonly IngesterMeter meter = new();
    private readonly ConcurrentBag<Lane> lanes = [];
    private readonly List<ExchangeRecorder> recorders = [];
    private readonly SegmentWriter writer;
    private readonly HttpClient http;
    private readonly WebSocketDialer dialer;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ReadinessLog readiness;
    private long lastTick;

    /// <summary>Composes the replica; nothing runs yet.</summary>
    public RecorderService(Settings settings, IObjectStore store, TimeProvider clock, ILoggerFactory loggers, IHostApplicationLifetime lifetime,
        SpoolDirectory? spool = null)
    {
        (this.settings, this.clock, this.lifetime) = (settings, clock, lifetime);
        Began = clock.GetUtcNow();
        readiness = new(loggers.CreateLogger<RecorderService>(), TimeProvider.System);
        var identity = new StorageIdentity
        {
            Replica = settings.Replica,
            Replicas = settings.Replicas,
            ProcessStartMicros = Micros.Now(TimeProvider.System),
        };
        var servers = new ServerClock(TimeProvider.System, new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All });
        http = new(servers);
        ReplicaGauges.Show(this, servers,
            settings.Exchanges.ToDictionary(chosen => chosen.Key, chosen => chosen.Value.RestAddress(Catalog.Find(chosen.Key)!.Profile.Markets).Host), clock);
        dialer = new(settings.Connections, TimeProvider.System);
        writer = new(new MeasuredStore(store, meter), identity, settings.Storage, clock, new(loggers.CreateLogger<StorageEvents>(), meter), spool);
        var segments = new SegmentContext(settings.Segments, writer, new(meter, loggers.CreateLogger<SegmentEvents>())) { Packing = writer.Packing };
        var laneEvents = new LaneEvents(meter, loggers.CreateLogger<LaneEvents>());
        var connectionEvents = new ConnectionEvents(meter, loggers.CreateLogger<ConnectionEvents>());
        foreach (var (name, choice) in settings.Exchanges)
        {
            var exchange = Catalog.Find(name)!;
            var seed = unchecked((int)StableHash.Of(settings.TaskName, name));
            var errands = NewErrands(exchange, choice, seed);
            recorders.Add(new(new()
            {
                Exchange = exchange,
                Choice = choice,
                Holds = market => settings.Shard.Holds(name, market.Name),
                Options = settings.Connections,
                DataClock = clock,
                Clock = TimeProvider.System, // waiting and limits go by real time, also where minutes pass in seconds
                Events = connectionEvents,
                Dial = dialer.DialAsync,
                Http = http,
                LaneFactory = () => AroundLane(NewLane(exchange, segments, laneEvents, errands)),
                Errands = errands,
                Segments = segments,
                Place = ReplicaPlace.Of(settings.Replica, settings.Replicas),
                Seed = seed,
            }));
        }
    }

    /// <summary>When this process began to record, by its clock.</summary>
    public DateTimeOffset Began { get; }

    /// <summary>Stands around each lane that is made from now on, for who measures; nothing does by default.</summary>
    public Func<ILane, ILane> AroundLane { get; set; } = static lane => lane;

    /// <summary>How many objects were neither stored nor spooled at the stop; null while it runs.</summary>
    public int? LeftBehind { get; private set; }

    /// <summary>The counters.</summary>
    public IngesterMeter Meter => meter;

    /// <summary>The lanes that receive.</summary>
    public IEnumerable<Lane> Lanes => lanes;

    /// <summary>How each exchange stands.</summary>
    public IReadOnlyList<ExchangeStatus> Exchanges => [.. recorders.Select(recorder => recorder.Status)];

    /// <summary>What is known of each market now.</summary>
    public IEnumerable<MarketView> Markets => lanes.SelectMany(lane => lane.Views).GroupBy(view => (view.Exchange, view.Pair)).Select(MarketView.Unite);

    /// <summary>What is in memory and has not reached the store yet.</summary>
    public BacklogState Backlog => writer.State;

    /// <summary>What waits on disk for the store.</summary>
    public SpoolState Spooled => writer.Spooled;

    /// <summary>How the store behaves.</summary>
    public StoreHealth Store => writer.Store;

    /// <summary>How long ago the oldest object was sealed that the store does not have, in memory or on disk.</summary>
    public TimeSpan OldestUnsent => writer.OldestAge;

    /// <summary>How long ago the loop that closes windows last ran; a long time means that this process only looks alive.</summary>
    public TimeSpan SinceTick => TimeProvider.System.GetElapsedTime(Volatile.Read(ref lastTick));

    /// <inheritdoc/>
    public override void Dispose()
    {
        writer.Dispose();
        http.Dispose();
        dialer.Dispose();
        meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lastTick = TimeProvider.System.GetTimestamp();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var abandon = new CancellationTokenSource();
        var writing = writer.RunAsync(abandon.Token);
        List<Task> loops = [writing, TickAsync(work.Token), .. recorders.Select(recorder => recorder.RunAsync(work.Token))];
        try
        {
            // Whichever loop ends first ends the rest: by the stop, or by a fault that is thrown below.
            await await Task.WhenAny(loops);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await work.CancelAsync();
            await Task.WhenAll(loops.Skip(1)).ContinueWith(static _ => { }, TaskScheduler.Default);
            try
            {
                CloseLanes();
            }
            finally
            {
                LeftBehind = await writer.CompleteAsync(settings.StopTimeout * settings.Clock.Rate);
                await writing;
                lifetime.StopApplication();
            }
        }
    }

    /// <summary>Hands over what is open in every lane, also when one of them has a mistake.</summary>
    private void CloseLanes()
    {
        var mistakes = new List<Exception>();
        foreach (var lane in lanes)
            try
            {
                lane.Close();
            }
            catch (Exception mistake)
            {
                mistakes.Add(mistake);
            }

        if (mistakes.Count > 0)
            throw new AggregateException(mistakes);
    }

    private static LaneErrands NewErrands(IExchange exchange, ExchangeOptions choice, int seed) => new()
    {
        Books = exchange.Profile.Book.Source is null ? null : new(TimeProvider.System, choice.SnapshotInterval, new(seed)),
        Repairs = choice.RepairTrades ? new(TimeProvider.System, choice.RepairDelay) : null,
        CanRepair = dataset => choice.CanRepair(exchange.Profile, dataset),
        KeepsBook = choice.KeepsBook(exchange.Profile),
    };

    private Lane NewLane(IExchange exchange, SegmentContext segments, LaneEvents events, LaneErrands errands)
    {
        var lane = new Lane(exchange, segments, events, clock)
        {
            Stall = new(settings.Connections.StallFloor, settings.Connections.StallFactor),
            Errands = errands,
        };
        lanes.Add(lane);
        return lane;
    }

    private async Task TickAsync(CancellationToken stop)
    {
        var interval = TickInterval / settings.Clock.Rate;
        using var timer = new PeriodicTimer(interval > ShortestTick ? interval : ShortestTick);
        var edgeIsSettled = false;
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (var lane in lanes)
                lane.Tick();
            ChunkPool.Shared.Trim();
            Volatile.Write(ref lastTick, TimeProvider.System.GetTimestamp());
            var started = readiness.WasReady;
            readiness.Look(RecorderStatus.WhyNotReady(this));
            if (readiness.WasReady && !started)
                Settle();
            if (!edgeIsSettled && meter.Segments.Total > 0 && IsBetweenEdges)
            {
                SettleEdge();
                edgeIsSettled = true;
            }
        }
    }

    /// <summary>
    /// What the start made lives as long as the process. It grows old here, in some milliseconds, instead of in a later minute: the collector would find its
    /// oldest generation doubled and collect it. Each collection moves what it finds on by one generation, and the last one measures the oldest: what may be
    /// added to it before it is collected is a part of what it was found to hold.
    /// </summary>
    private static void Settle()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            GC.Collect();
    }

    /// <summary>
    /// What the first minute's edge made lives as long as the process, too: chunks, lists, and the segments that streams open again and again. It grows old half a
    /// minute later, when nothing closes; the collector would do it at the next edge, together with what closes then.
    /// </summary>
    private static void SettleEdge() => GC.Collect(1);

    private static bool IsBetweenEdges => TimeProvider.System.GetUtcNow().Second is >= 30 and < 50;
}
