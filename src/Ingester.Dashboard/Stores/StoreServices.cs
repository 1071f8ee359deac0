using Ingester.Storage.Stores;

namespace Ingester.Dashboard.Stores;

/// <summary>Registers the services of this folder.</summary>
internal static class StoreServices
{
    /// <summary>Adds the access to the store.</summary>
    public static IServiceCollection AddStores(this IServiceCollection services, StoreOptions options, string prefix, string? cacheDirectory) =>
        services.AddSingleton<IStoreAccess>(provider => new StoreReader(options, prefix, cacheDirectory, provider.GetRequiredService<TimeProvider>()));
}
