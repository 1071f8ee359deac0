using Ingester.Dashboard.Markets.Live;
using Ingester.Dashboard.Markets.Objects;
using Ingester.Dashboard.Markets.Queries;
using Ingester.Dashboard.Stores;

namespace Ingester.Dashboard.Markets;

/// <summary>Registers the services of this folder.</summary>
internal static class MarketsServices
{
    private static readonly TimeSpan MaxConnectionAge = TimeSpan.FromMinutes(5); // names of containers get new addresses

    /// <summary>Adds the queries and the live values of the pages in this folder.</summary>
    /// <param name="services">The services.</param>
    /// <param name="recorders">The recorders' status pages.</param>
    /// <param name="token">The token of the recorders' live stream; empty for none.</param>
    public static IServiceCollection AddMarkets(this IServiceCollection services, IReadOnlyList<Uri> recorders, string token)
    {
        services.AddSingleton<MarketQueries>();
        return services.AddSingleton(provider => new LiveFeeds(
            new(recorders, token), CreateClient(), provider.GetRequiredService<IStoreAccess>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LiveFeeds>>()));
    }

    /// <summary>Adds the addresses under which objects of the store are read.</summary>
    public static void MapMarkets(this IEndpointRouteBuilder app) => ObjectEndpoints.Map(app);

    private static HttpClient CreateClient() =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = MaxConnectionAge, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
}
