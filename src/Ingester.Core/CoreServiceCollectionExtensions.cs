using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Ingester.Core;

/// <summary>Registers the services of this project.</summary>
internal static class CoreServiceCollectionExtensions
{
    /// <summary>Adds the meter of the process and the events of segments.</summary>
    public static IServiceCollection AddIngesterCore(this IServiceCollection services) => services
        .AddSingleton<IngesterMeter>()
        .AddSingleton<SegmentEvents>();
}
