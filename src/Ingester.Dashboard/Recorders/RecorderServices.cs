using System.Net.Http.Headers;

namespace Ingester.Dashboard.Recorders;

/// <summary>Registers the services of this folder.</summary>
internal static class RecorderServices
{
    private const int MaxAnswerBytes = 64 << 20;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxConnectionAge = TimeSpan.FromMinutes(5); // names of containers get new addresses

    /// <summary>Adds the poller of the recorders.</summary>
    /// <param name="services">The services.</param>
    /// <param name="recorders">The recorders' status pages.</param>
    /// <param name="token">The token of the recorders' live stream; empty for none.</param>
    public static IServiceCollection AddRecorders(this IServiceCollection services, IReadOnlyList<Uri> recorders, string token)
    {
        services.AddSingleton(provider => new RecorderPoller(CreateClient(token), recorders, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IRecorders>(static provider => provider.GetRequiredService<RecorderPoller>());
        return services.AddHostedService(static provider => provider.GetRequiredService<RecorderPoller>());
    }

    private static HttpClient CreateClient(string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = MaxConnectionAge, AllowAutoRedirect = false }) { Timeout = RequestTimeout, MaxResponseContentBufferSize = MaxAnswerBytes };
        if (token.Length > 0)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
