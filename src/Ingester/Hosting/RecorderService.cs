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
/// One replica: a supervisor for each exchange, and what all of them share: the writer, the clock that closes windows. A fault of an exchange restarts that
/// exchange alone (<see cref="ExchangeSupervisor"/>); only a fault of what is shared ends the process. A stop seals and stores everything that fits the time.
/// </summary>
internal sealed partial class RecorderService : BackgroundService
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(50);

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
    private readonly WindowWatch windows;
    private readonly DescriptorWatch descriptors;
    private long lastTick;

    /// <summary>Composes the replica; nothing runs yet.</summary>
    public RecorderService(Settings settings, IObjectStore store, TimeProvider clock, ILoggerFactory loggers, IHostApplicationLifetime lifetime,
        SpoolDirectory? spool = null)
    {
        (this.settings, this.clock, this.lifetime) = (settings, clock, lifetime);
        Began = clock.GetUtcNow();
        log = loggers.CreateLogger<RecorderService>();
        readiness = new(log, TimeProvider.System);
        descriptors = new(log, DescriptorLimit.OfThisProcess(), DescriptorLimit.Base(settings));
        var identity = new StorageIdentity
        {
            Replica = settings.Replica,
            Replicas = settings.Replicas,
            ProcessStartMicros = Micros.Now(TimeProvider.System),
        };
        ServerClock? servers = null;
        http = RestClient.CreateClient(sending => servers = new(TimeProvider.System, sending));
        ReplicaGauges.Show(this, servers!,
            settings.Exchanges.ToDictionary(chosen => chosen.Key, chosen => chosen.Value.RestAddress(Catalog.Find(chosen.Key)!.Profile.Markets).Host), clock);
        dialer = new(settings.Connections.ForWebSockets(), TimeProvider.System, DescriptorLimit.OfThisProcess());
        windows = new(settings, store, clock, meter, loggers.CreateLogger<WindowWatch>());
        var measured = new MeasuredStore(store, meter);
        writer = new(measured, identity, settings.Storage, clock, new(loggers.CreateLogger<StorageEvents>(), meter), spool)
        {
            Probe = new(measured, identity.Prefix, settings.Store.Describe()),
        };
        var limits = StoreLimits.Of(settings.Store, settings.Replica);
        var segments = new SegmentContext(settings.Segments, writer, new(meter, loggers.CreateLogger<SegmentEvents>()))
        {
            Packing = writer.Packing,
            DatesContradict = () => servers!.Skew > settings.Segments.AheadTolerance.TotalSeconds,
        };
        var laneEvents = new LaneEvents(meter, loggers.CreateLogger<LaneEvents>());
        var connectionEvents = new ConnectionEvents(meter, loggers.CreateLogger<ConnectionEvents>());
        foreach (var (name, choice) in settings.Exchanges)
        {
            var exchange = Catalog.Find(name)!;
            var seed = unchecked((int)StableHash.Of(settings.TaskName, name));
            var repairs = choice.RepairTrades ? new RepairPlan(TimeProvider.System, choice.RepairDelay) : null; // outlives a restart of the exchange
            var context = new ExchangeContext
            {
                Exchange = exchange,
                Choice = choice,
                Holds = market => settings.Shard.Holds(name, market.Name),
                WhyUnstorable = market => limits.WhyNot(name, market.Name),
                Options = settings.Connections,
                DataClock = clock,
                Clock = TimeProvider.System, // waiting and limits go by real time, also where minutes pass in seconds
                Events = connectionEvents,
                Dial = dialer.DialAsync,
                Http = http,
                Segments = segments,
                Place = ReplicaPlace.Of(settings.Replica, settings.Replicas),
                Seed = seed,
            };
            exchanges.Add(new(context, () => NewErrands(exchange, choice, seed, repairs), errands => NewLane(exchange, segments, laneEvents, errands), lane => AroundLane(lane)));
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
    public IEnumerable<Lane> Lanes => exchanges.SelectMany(exchange => exchange.Lanes);

    /// <summary>How each exchange stands.</summary>
    public IReadOnlyList<ExchangeStatus> Exchanges => [.. exchanges.Select(exchange => exchange.Status)];

    /// <summary>What is known of each market now.</summary>
    public IEnumerable<MarketView> Markets => Lanes.SelectMany(lane => lane.Views).GroupBy(view => (view.Exchange, view.Pair)).Select(MarketView.Unite);

    /// <summary>What is in memory and has not reached the store yet.</summary>
    public BacklogState Backlog => writer.State;

    /// <summary>What waits on disk for the store.</summary>
    public SpoolState Spooled => writer.Spooled;

    /// <summary>How the store behaves.</summary>
    public StoreHealth Store => writer.Store;

    /// <summary>Which windows of the store have another length than this replica's, in words; null when none is known to.</summary>
    public string? WindowMismatch => windows.Mismatch;

    /// <summary>True once the store has accepted a write of this process.</summary>
    public bool StoreHasAccepted => writer.StoreHasAccepted;

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
        try
        {
            await RecordAsync(stoppingToken);
        }
        catch (Exception fault)
        {
            // The supervising edge of the process: what ends it is in the log, whatever becomes of the exception.
            LogRecordingFailed(log, fault);
            throw;
        }
    }

    private async Task RecordAsync(CancellationToken stoppingToken)
    {
        lastTick = TimeProvider.System.GetTimestamp();
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping); // not after the status page, which may wait for a request
        using var abandon = new CancellationTokenSource();
        var writing = writer.RunAsync(abandon.Token);
        List<Task> loops = [writing, TickAsync(work.Token), windows.RunAsync(work.Token), .. exchanges.Select(exchange => exchange.RunAsync(work.Token))];
        await Task.WhenAny(loops); // whichever ends first ends the rest: by the stop, or by a fault of what all exchanges share
        await work.CancelAsync();
        var recording = Task.WhenAll(loops.Skip(1));
        await recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each exchange has handed over what it held
        LeftBehind = await writer.CompleteAsync(settings.StopTimeout * settings.Clock.Rate);
        lifetime.StopApplication();
        await writing;
        if (recording.IsFaulted)
            await recording;
    }

    private static LaneErrands NewErrands(IExchange exchange, ExchangeOptions choice, int seed, RepairPlan? repairs) => new()
    {
        Books = exchange.Profile.Book.Source is null ? null : new(TimeProvider.System, choice.SnapshotInterval, new(seed)),
        Repairs = repairs,
        CanRepair = dataset => choice.CanRepair(exchange.Profile, dataset),
        KeepsBook = choice.KeepsBook(),
    };

    private Lane NewLane(IExchange exchange, SegmentContext segments, LaneEvents events, LaneErrands errands) => new(exchange, segments, events, clock)
    {
        Stall = new(settings.Connections.StallFloor, settings.Connections.StallFactor),
        Errands = errands,
    };

    private async Task TickAsync(CancellationToken stop)
    {
        var interval = TickInterval / settings.Clock.Rate;
        using var timer = new PeriodicTimer(interval > ShortestTick ? interval : ShortestTick);
        while (await timer.WaitForNextTickAsync(stop))
        {
            foreach (var exchange in exchanges)
                exchange.Tick();
            ChunkPool.Shared.Trim();
            Volatile.Write(ref lastTick, TimeProvider.System.GetTimestamp());
            readiness.Look(RecorderStatus.WhyNotReady(this));
            descriptors.Look(Exchanges.Sum(exchange => exchange.ConnectionsWanted));
        }
    }

    [LoggerMessage(LogLevel.Critical, "Recording ended because of a fault that nothing handles; what was received is stored as far as it could be.")]
    private static partial void LogRecordingFailed(ILogger log, Exception fault);
}
