namespace Ingester.Dashboard.Days;

/// <summary>Registers the services of this folder.</summary>
internal static class DaysServices
{
    /// <summary>Adds the queries of the pages in this folder.</summary>
    public static IServiceCollection AddDays(this IServiceCollection services) => services;
}
