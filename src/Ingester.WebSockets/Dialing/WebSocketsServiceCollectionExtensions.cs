using Microsoft.Extensions.DependencyInjection;

namespace Ingester.WebSockets.Dialing;

/// <summary>Registers the services of this project.</summary>
internal static class WebSocketsServiceCollectionExtensions
{
    /// <summary>Adds the dialer. It needs <see cref="WebSocketOptions"/> and a <see cref="TimeProvider"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="descriptors">Maximum number of open file descriptors of the process; null when unknown.</param>
    public static IServiceCollection AddIngesterWebSockets(this IServiceCollection services, long? descriptors) =>
        services.AddSingleton(provider => new WebSocketDialer(
            provider.GetRequiredService<WebSocketOptions>(), provider.GetRequiredService<TimeProvider>(), descriptors));
}
