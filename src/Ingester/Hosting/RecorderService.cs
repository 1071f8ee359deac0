using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Backfill;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Recording.Snapshots;
using Ingester.Status;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;
using Ingester.Telemetry;
using Ingester.WebSockets.Dialing;

namespace Ingester.Hosting;

/// <summary>
/// One replica: a supervisor per exchange, and the shared parts: the segment writer and the loop that closes windows. A failure in one exchange
/// restarts only that exchange (<see cref="ExchangeSupervisor"/>); a failure in a shared part ends the process. A stop seals and stores everything
/// that can be stored within the timeout.
/// </summary>
internal sealed partial class RecorderService : BackgroundService
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MinTickInterval = TimeSpan.FromMilliseconds(50);

    private readonly Settings settings;
    private readonly TimeProvider clock;
    private readonly IngesterMeter meter = new();
    private readonly List<ExchangeSupervisor> exchanges = [];
    private readonly SegmentWriter writer;
    private readonly HttpClient http;
    private readonly WebSocketDialer dialer;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger log;
    private readonly ReadinessLog readiness;
    private readonly WindowLengthMonitor windowMonitor;
    private readonly DescriptorLimitMonitor descriptorMonitor;
    private long lastTick;

    /// <summary>Composes the replica without starting it.</summary>
    public RecorderService(Settings settings, IObjectStore store, TimeProvider clock, ILoggerFactory loggers, IHostApplicationLifetime lifetime,
        SpoolDirectory? spool = null)
    {
        (this.settings, this.clock, this.lifetime) = (settings, clock, lifetime);
        StartTime = clock.GetUtcNow();
        log = loggers.CreateLogger<RecorderService>();
        readiness = new(log, TimeProvider.System);
        descriptorMonitor = new(log, DescriptorLimit.ReadProcessLimit(), DescriptorLimit.RequiredBase(settings));
        var identity = new ReplicaIdentity
        {
            Replica = settings.Replica,
            Replicas = settings.Replicas,
            ProcessStartMicros = Micros.Now(TimeProvider.System),
        };
        ClockSkewHandler? servers = null;
        http = RestClient.CreateClient(sending => servers = new(TimeProvider.System, sending));
        ReplicaGauges.Register(this, servers!,
            settings.Exchanges.ToDictionary(chosen => chosen.Key, chosen => chosen.Value.RestAddress(ExchangeCatalog.Find(chosen.Key)!.Profile.MarketListUri).Host), clock);
        dialer = new(settings.Connections.ForWebSockets(), TimeProvider.System, DescriptorLimit.ReadProcessLimit());
        windowMonitor = new(settings, store, clock, meter, loggers.CreateLogger<WindowLengthMonitor>());
        var measured = new MeasuredStore(store, meter);
        writer = new(measured, identity, settings.Storage, clock, new(loggers.CreateLogger<StorageEvents>(), meter), spool)
        {
            Probe = new(measured, identity.Prefix, settings.Store.Describe()),
        };
        var limits = StoreLimits.Of(settings.Store, settings.Replica);
        var segments = new SegmentContext(settings.Segments, writer, new(meter, loggers.CreateLogger<SegmentEvents>()))
        {
            Compression = writer.SegmentCompression,
            DatesContradict = () => servers!.Skew > settings.Segments.MaxClockAhead.TotalSeconds,
        };
        var laneEvents = new LaneEvents(meter, loggers.CreateLogger<LaneEvents>());
        var recorderEvents = new RecorderEvents(meter, loggers);
        foreach (var (name, choice) in settings.Exchanges)
        {
            var exchange = ExchangeCatalog.Find(name)!;
            var seed = unchecked((int)StableHash.Of(settings.InstanceName, name));
            var repairs = choice.RepairTrades ? new BackfillQueue(TimeProvider.System, choice.RepairDelay) : null; // survives a restart of the exchange
            var context = new ExchangeContext
            {
                Exchange = exchange,
                ExchangeOptions = choice,
                Options = settings.Connections,
                Clock = TimeProvider.System, // waits and rate limits use real time, also with a simulated clock
                ReplicaOrdinal = ReplicaOrdinal.Find(settings.Replica, settings.Replicas),
                Seed = seed,
            };
            var services = new RecorderServices
            {
                Events = recorderEvents,
                DialAsync = dialer.DialAsync,
                Http = http,
                DataClock = clock,
                Segments = segments,
                IsInShard = market => settings.Shard.Contains(name, market.Name),
                StorageObstacle = market => limits.FindProblem(name, market.Name),
            };
            exchanges.Add(new(context, services, () => CreateRequests(exchange, choice, seed, repairs), owned => CreateLane(exchange, segments, laneEvents, owned))
            {
                LaneDecorator = lane => LaneDecorator(lane),
            });
        }
    }

    /// <summary>The start time of recording, by the replica's clock.</summary>
    public DateTimeOffset StartTime { get; }

    /// <summary>Decorates each new lane, for measurements. Default: no decoration.</summary>
    public Func<ILane, ILane> LaneDecorator { get; set; } = static lane => lane;

    /// <summary>Number of objects that were neither stored nor spooled at the stop; null while it runs.</summary>
    public int? LostObjects { get; private set; }

    /// <summary>The counters.</summary>
    public IngesterMeter Meter => meter;

    /// <summary>The active lanes.</summary>
    public IEnumerable<Lane> Lanes => exchanges.SelectMany(exchange => exchange.Lanes);

    /// <summary>The status of each exchange.</summary>
    public IReadOnlyList<ExchangeStatus> Exchanges => [.. exchanges.Select(exchange => exchange.Status)];

    /// <summary>The current state of each market.</summary>
    public IEnumerable<MarketView> Markets => Lanes.SelectMany(lane => lane.MarketViews).GroupBy(view => (view.Exchange, view.Pair)).Select(MarketView.Merge);

    /// <summary>Sealed objects in memory that are not stored yet.</summary>
    public BacklogState BacklogState => writer.BacklogState;

    /// <summary>Objects in the spool.</summary>
    public SpoolState SpoolState => writer.SpoolState;

    /// <summary>The health of the store.</summary>
    public StoreHealth StoreHealth => writer.StoreHealth;

    /// <summary>Windows in the store whose length differs from this replica's setting, as text; null when no difference is known.</summary>
    public string? WindowMismatch => windowMonitor.MismatchText;

    /// <summary>True after the store has accepted a write of this process.</summary>
    public bool HasStoreAcceptedWrite => writer.HasStoreAccepted;

    /// <summary>Time since the oldest object was sealed that is not stored yet, in memory or in the spool.</summary>
    public TimeSpan OldestBacklogAge => writer.OldestAge;

    /// <summary>Time since the last run of the loop that closes windows; a large value means that the process hangs.</summary>
    public TimeSpan TimeSinceTick => TimeProvider.System.GetElapsedTime(Volatile.Read(ref lastTick));

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
        try
        {
            await RecordAsync(stoppingToken);
        }
        catch (Exception fault)
        {
            // Top level of recording: logs the exception before it ends the process.
            LogRecordingFailed(log, fault);
            throw;
        }
    }

    private async Task RecordAsync(CancellationToken stoppingToken)
    {
        lastTick = TimeProvider.System.GetTimestamp();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping); // stops with the host, not after the status page, which may wait for a request
        using var abandon = new CancellationTokenSource();
        var writing = writer.RunAsync(abandon.Token);
        List<Task> loops = [writing, TickAsync(work.Token), windowMonitor.RunAsync(work.Token), .. exchanges.Select(exchange => exchange.RunAsync(work.Token))];
        await Task.WhenAny(loops); // the first loop to end stops the others: at a stop, or after a failure of a shared part
        await work.CancelAsync();
        var recording = Task.WhenAll(loops.Skip(1));
        await recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // all exchanges have handed over their open segments
        LostObjects = await writer.CompleteAsync(settings.StopTimeout * settings.Clock.Rate);
        lifetime.StopApplication();
        await writing;
        if (recording.IsFaulted)
            await recording;
    }

    private static LaneServices CreateRequests(IExchange exchange, ExchangeOptions choice, int seed, BackfillQueue? repairs) => new()
    {
        Snapshots = exchange.Profile.Book.SnapshotEndpoint is null ? null : new(TimeProvider.System, choice.SnapshotInterval, new(seed)),
        Backfills = repairs,
        CanBackfill = dataset => choice.CanBackfill(exchange.Profile, dataset),
        HasLiveBook = choice.LiveBookFilter(),
    };

    private Lane CreateLane(IExchange exchange, SegmentContext segments, LaneEvents events, LaneServices services) => new(exchange, segments, events, clock)
    {
        StallRule = new(settings.Connections.StallFloor, settings.Connections.StallFactor),
        Services = services,
    };

    private async Task TickAsync(CancellationToken stop)
    {
        var interval = TickInterval / settings.Clock.Rate;
        using var timer = new PeriodicTimer(interval > MinTickInterval ? interval : MinTickInterval);
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (var exchange in exchanges)
                exchange.Tick();
            ChunkPool.Shared.Trim();
            Volatile.Write(ref lastTick, TimeProvider.System.GetTimestamp());
            readiness.Update(RecorderStatus.NotReadyReason(this));
            descriptorMonitor.Update(Exchanges.Sum(exchange => exchange.ConnectionsWanted));
        }
    }

    [LoggerMessage(LogLevel.Critical, "Recording ended because of an unhandled exception; received data was stored as far as possible.")]
    private static partial void LogRecordingFailed(ILogger log, Exception fault);
}
