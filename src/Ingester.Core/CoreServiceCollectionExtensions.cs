using Ingester.Core.Segments;
using Ingester.Core.Status;
using Ingester.Core.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Ingester.Core;

/// <summary>Registers the services of this project.</summary>
internal static class CoreServiceCollectionExtensions
{
    /// <summary>Adds the meter of the process, the events of segments and the list of gaps.</summary>
    public static IServiceCollection AddIngesterCore(this IServiceCollection services) => services
        .AddSingleton<IngesterMeter>()
        .AddSingleton<GapRegister>()
        .AddSingleton<SegmentEvents>();
}
