using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Live;
using Ingester.Core.Output;
using Ingester.Core.Raw;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Status;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Backfill;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.WebSockets.Dialing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ingester.Recording;

/// <summary>Registers the services of this project.</summary>
internal static class RecordingServiceCollectionExtensions
{
    /// <summary>
    /// Adds a supervisor for each exchange of the <see cref="RecordingPlan"/>. They need a <see cref="WebSocketDialer"/>, an
    /// <see cref="ISegmentOutput"/>, options and both clocks.
    /// </summary>
    public static IServiceCollection AddIngesterRecording(this IServiceCollection services)
    {
        services.TryAddSingleton<LaneDecorator>(static _ => static lane => lane);
        return services
            .AddSingleton<RecorderEvents>()
            .AddSingleton<LaneEvents>()
            .AddSingleton<ClockOffsetEstimator>()
            .AddSingleton<ClockSkewHandler>()
            .AddSingleton(CreateHttpClient)
            .AddSingleton(static provider => provider.GetRequiredService<IOptions<ConnectionOptions>>().Value.ForWebSockets())
            .AddSingleton(CreateSegmentContext)
            .AddSingleton<IReadOnlyList<ExchangeSupervisor>>(static provider =>
                [.. provider.GetRequiredService<RecordingPlan>().Exchanges.Select(chosen => CreateSupervisor(provider, chosen.Key, chosen.Value))]);
    }

    private static HttpClient CreateHttpClient(IServiceProvider provider) => RestClient.CreateClient(sending =>
    {
        var measuring = provider.GetRequiredService<ClockSkewHandler>();
        measuring.InnerHandler = sending;
        return measuring;
    });

    private static SegmentContext CreateSegmentContext(IServiceProvider provider)
    {
        var (options, servers) = (provider.GetRequiredService<IOptions<SegmentOptions>>().Value, provider.GetRequiredService<ClockSkewHandler>());
        return new(options, provider.GetRequiredService<ISegmentOutput>(), provider.GetRequiredService<SegmentEvents>())
        {
            Compression = provider.GetRequiredService<SegmentCompression>(),
            RecordsArrivals = provider.GetRequiredService<IOptions<JournalOptions>>().Value.Arrivals,
            Live = provider.GetService<LiveHub>(),
            Gaps = provider.GetService<GapRegister>(),
            DatesContradict = () => servers.Skew > options.MaxClockAhead.TotalSeconds,
        };
    }

    private static ExchangeSupervisor CreateSupervisor(IServiceProvider provider, string name, ExchangeOptions choice)
    {
        var exchange = ExchangeCatalog.Find(name)!;
        var plan = provider.GetRequiredService<RecordingPlan>();
        var clock = provider.GetRequiredService<TimeProvider>(); // waits and rate limits use real time, also with a simulated clock
        var segments = provider.GetRequiredService<SegmentContext>();
        var connections = provider.GetRequiredService<IOptions<ConnectionOptions>>().Value;
        var raw = provider.GetRequiredService<RawJournal>();
        var dataClock = provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data);
        var context = new ExchangeContext
        {
            Exchange = exchange,
            ExchangeOptions = choice,
            Options = connections,
            Clock = clock,
            ReplicaOrdinal = plan.ReplicaOrdinal,
            Seed = unchecked((int)StableHash.Of(plan.InstanceName, name)),
            Raw = raw.Includes(name) ? new(raw, name) : null,
        };
        var recorder = new ExchangeRecorderServices
        {
            Events = provider.GetRequiredService<RecorderEvents>(),
            DialAsync = provider.GetRequiredService<WebSocketDialer>().DialAsync,
            Http = provider.GetRequiredService<HttpClient>(),
            DataClock = dataClock,
            Segments = segments,
            RecordsInstruments = provider.GetRequiredService<IOptions<JournalOptions>>().Value.Instruments,
            IsInShard = market => plan.Shard.Contains(name, market.Name),
            StorageObstacle = market => plan.FindStorageObstacle(name, market.Name),
        };
        var backfills = choice.RepairTrades ? new BackfillQueue(clock, choice.RepairDelay) : null; // survives a restart of the exchange
        var events = provider.GetRequiredService<LaneEvents>();
        var decorate = provider.GetRequiredService<LaneDecorator>();
        return new(context, recorder, () => CreateLaneServices(context, backfills), CreateLane) { LaneDecorator = lane => decorate(lane) };

        Lane CreateLane(LaneServices services) => new(exchange, segments, events, dataClock)
        {
            StallRule = new(connections.StallFloor, connections.StallFactor),
            Services = services,
        };
    }

    private static LaneServices CreateLaneServices(ExchangeContext context, BackfillQueue? backfills)
    {
        var (profile, choice) = (context.Exchange.Profile, context.ExchangeOptions);
        return new()
        {
            Snapshots = profile.Book.SnapshotEndpoint is null ? null : new(context.Clock, choice.SnapshotInterval, new(context.Seed)),
            Backfills = backfills,
            CanBackfill = dataset => choice.CanBackfill(profile, dataset),
            HasVerifiedBook = choice.VerifiedBookFilter(),
        };
    }
}
