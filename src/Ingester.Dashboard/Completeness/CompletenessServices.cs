using Ingester.Dashboard.Completeness.Auditing;

namespace Ingester.Dashboard.Completeness;

/// <summary>Registers the services of this folder.</summary>
internal static class CompletenessServices
{
    /// <summary>Adds the queries of the pages in this folder.</summary>
    public static IServiceCollection AddCompleteness(this IServiceCollection services) =>
        services.AddSingleton<CompletenessAuditor>().AddHostedService(static provider => provider.GetRequiredService<CompletenessAuditor>());
}
