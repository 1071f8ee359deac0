namespace Ingester.Dashboard.Now;

/// <summary>Registers the services of this folder.</summary>
internal static class NowServices
{
    /// <summary>Adds the queries of the page Now.</summary>
    public static IServiceCollection AddNow(this IServiceCollection services) =>
        services.AddSingleton<StoredGaps>().AddHostedService(static provider => provider.GetRequiredService<StoredGaps>());
}
