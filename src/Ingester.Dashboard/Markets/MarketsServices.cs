namespace Ingester.Dashboard.Markets;

/// <summary>Registers the services of this folder.</summary>
internal static class MarketsServices
{
    /// <summary>Adds the queries of the pages in this folder.</summary>
    public static IServiceCollection AddMarkets(this IServiceCollection services) => services;
}
