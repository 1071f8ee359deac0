using Ingester.Configuration;
using Ingester.Core;
using Ingester.Core.Keys;
using Ingester.Core.Live;
using Ingester.Core.Status;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Live;
using Ingester.Reading;
using Ingester.Reading.Windows;
using Ingester.Recording;
using Ingester.Recording.Limits;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Status;
using Ingester.Storage;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Telemetry;
using Ingester.WebSockets.Dialing;
using Microsoft.Extensions.Options;

namespace Ingester.Hosting;

/// <summary>Composes a recorder from the services of all projects.</summary>
internal static class RecorderServiceCollectionExtensions
{
    /// <summary>Adds a recorder.</summary>
    /// <param name="services">The services.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="store">The store.</param>
    /// <param name="clock">The clock for times in written data.</param>
    /// <param name="spool">The spool directory; null when the settings configure none.</param>
    public static IServiceCollection AddIngesterRecorder(
        this IServiceCollection services, Settings settings, IObjectStore store, TimeProvider clock, SpoolDirectory? spool = null)
    {
        if (spool is not null)
            services.AddSingleton(spool);
        return services
            .AddSettings(settings)
            .AddSingleton(store)
            .AddSingleton(TimeProvider.System)
            .AddKeyedSingleton(ClockKeys.Data, clock)
            .AddSingleton(new ReplicaIdentity { Replica = settings.Replica, Replicas = settings.Replicas, ProcessStartMicros = Micros.Now(TimeProvider.System) })
            .AddIngesterCore()
            .AddIngesterWebSockets(DescriptorLimit.ReadProcessLimit())
            .AddIngesterStorage()
            .AddIngesterReading()
            .AddSingleton(CreatePlan)
            .AddIngesterRecording()
            .AddSingleton(CreateState)
            .AddSingleton(CreateFeed)
            .AddSingleton<ReadinessLog>()
            .AddSingleton(static provider => new DescriptorLimitMonitor(
                provider.GetRequiredService<ILogger<DescriptorLimitMonitor>>(), DescriptorLimit.ReadProcessLimit(), DescriptorLimit.RequiredBase(provider.GetRequiredService<Settings>())))
            .AddSingleton(CreateWindowLengthMonitor)
            .AddSingleton<WindowCloser>()
            .AddSingleton<RecorderService>()
            .AddSingleton(CreateTelemetry)
            .AddLive(settings)
            .AddSingleton(CreateStartupAndShutdown)
            .AddHostedService(static provider => provider.GetRequiredService<StartupAndShutdown>())
            .Configure<HostOptions>(static host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan); // StartupAndShutdown limits the stop
    }

    private static IServiceCollection AddLive(this IServiceCollection services, Settings settings) => !settings.Live.Enabled ? services : services
        .AddSingleton(new LiveHub(settings.Live.MaxQueuedBytes))
        .AddSingleton<LiveStreamEvents>()
        .AddSingleton(static provider => new LiveService(
            provider.GetRequiredService<LiveHub>(), provider.GetRequiredService<Settings>().Live.Interval, provider.GetRequiredService<LiveStreamEvents>(), TimeProvider.System))
        .AddSingleton(static provider => new LiveEndpoint(
            provider.GetRequiredService<LiveHub>(),
            provider.GetRequiredService<Settings>().Live,
            provider.GetRequiredService<Settings>().Exchanges.Keys,
            provider.GetRequiredService<Settings>().Replica,
            provider.GetRequiredService<LiveStreamEvents>(),
            provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data)));

    private static StartupAndShutdown CreateStartupAndShutdown(IServiceProvider provider) => new(
        provider.GetRequiredService<RecorderService>(), provider.GetRequiredService<TelemetryService>(), provider.GetRequiredService<Settings>())
    {
        Live = provider.GetService<LiveService>(),
    };

    private static IServiceCollection AddSettings(this IServiceCollection services, Settings settings) => services
        .AddSingleton(settings)
        .AddSingleton(Options.Create(settings.Segments))
        .AddSingleton(Options.Create(settings.Storage))
        .AddSingleton(Options.Create(settings.Journals))
        .AddSingleton(Options.Create(settings.Raw))
        .AddSingleton(Options.Create(settings.Store))
        .AddSingleton(Options.Create(settings.Connections));

    private static RecordingPlan CreatePlan(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<Settings>();
        return new(settings.Exchanges)
        {
            InstanceName = settings.InstanceName,
            ReplicaOrdinal = ReplicaOrdinal.Find(settings.Replica, settings.Replicas),
            Shard = settings.Shard,
            FindStorageObstacle = provider.GetRequiredService<StoreLimits>().FindProblem,
        };
    }

    private static RecorderState CreateState(IServiceProvider provider)
    {
        var (clock, windowLengths) = (provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data), provider.GetRequiredService<WindowLengthMonitor>());
        var state = new RecorderState(
            provider.GetRequiredService<IngesterMeter>(), provider.GetRequiredService<SegmentWriter>(), provider.GetRequiredService<IReadOnlyList<ExchangeSupervisor>>(), clock)
        {
            FindWindowMismatch = () => windowLengths.MismatchText,
        };
        var hosts = provider.GetRequiredService<Settings>().Exchanges.ToDictionary(
            chosen => chosen.Key, chosen => chosen.Value.RestAddress(ExchangeCatalog.Find(chosen.Key)!.Profile.MarketLists[0].Uri).Host);
        var live = provider.GetService<LiveHub>();
        ReplicaGauges.RegisterLive(state.Meter, () => live?.ClientCount ?? 0);
        ReplicaGauges.Register(state, provider.GetRequiredService<ClockSkewHandler>(), hosts, clock);
        return state;
    }

    private static StatusFeed CreateFeed(IServiceProvider provider) => new(
        provider.GetRequiredService<RecorderState>(),
        provider.GetRequiredService<GapRegister>(),
        provider.GetRequiredService<Settings>().Replica,
        provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data),
        provider.GetRequiredService<TimeProvider>());

    private static WindowLengthMonitor CreateWindowLengthMonitor(IServiceProvider provider) => new(
        provider.GetRequiredService<Settings>(),
        provider.GetRequiredService<WindowLengthCheck>(),
        provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data),
        provider.GetRequiredService<IngesterMeter>(),
        provider.GetRequiredService<ILogger<WindowLengthMonitor>>());

    private static TelemetryService CreateTelemetry(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<Settings>();
        return new(settings.Telemetry, settings.InstanceName, provider.GetRequiredService<IngesterMeter>(), provider.GetRequiredService<ILoggerFactory>());
    }
}
