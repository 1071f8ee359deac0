using Ingester.Core.Keys;
using Ingester.Core.Output;
using Ingester.Core.Raw;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Storage.Spooling;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ingester.Storage;

/// <summary>Registers the services of this project.</summary>
internal static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds the segment writer and the limits of keys. They need an <see cref="IObjectStore"/>, a <see cref="ReplicaIdentity"/>, options, the data
    /// clock, and a <see cref="SpoolDirectory"/> if the options configure a spool.
    /// </summary>
    public static IServiceCollection AddIngesterStorage(this IServiceCollection services) => services
        .AddSingleton<StorageEvents>()
        .AddSingleton(CreateWriter)
        .AddSingleton<ISegmentOutput>(static provider => provider.GetRequiredService<SegmentWriter>())
        .AddSingleton(static provider => provider.GetRequiredService<SegmentWriter>().SegmentCompression)
        .AddSingleton(static provider => provider.GetRequiredService<SegmentWriter>().Raw)
        .AddSingleton(static provider => StoreLimits.Of(
            provider.GetRequiredService<IOptions<StoreOptions>>().Value, provider.GetRequiredService<ReplicaIdentity>().Replica));

    private static SegmentWriter CreateWriter(IServiceProvider provider)
    {
        var store = new MeasuredStore(provider.GetRequiredService<IObjectStore>(), provider.GetRequiredService<IngesterMeter>());
        var identity = provider.GetRequiredService<ReplicaIdentity>();
        return new(
            store,
            identity,
            provider.GetRequiredService<IOptions<StorageOptions>>().Value,
            provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data),
            provider.GetRequiredService<StorageEvents>(),
            provider.GetService<SpoolDirectory>())
        {
            EstimateClockOffset = () => provider.GetRequiredKeyedService<TimeProvider>(ClockKeys.Data) == TimeProvider.System ? provider.GetService<ClockOffsetEstimator>()?.Estimate() : null,
            RawOptions = provider.GetRequiredService<IOptions<RawOptions>>().Value,
            Probe = new(store, identity.Prefix, provider.GetRequiredService<IOptions<StoreOptions>>().Value.Describe()),
        };
    }
}
