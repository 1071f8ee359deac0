namespace Ingester.Dashboard.Paper;

/// <summary>Registers the services of this folder.</summary>
internal static class PaperServices
{
    /// <summary>Adds the queries of the pages in this folder.</summary>
    public static IServiceCollection AddPaper(this IServiceCollection services) => services.AddSingleton<PaperRuns>();
}
