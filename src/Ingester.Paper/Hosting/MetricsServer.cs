using Ingester.Paper.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Ingester.Paper.Hosting;

/// <summary>Serves <c>/metrics</c> in the Prometheus format and <c>/health</c>.</summary>
internal static class MetricsServer
{
    /// <summary>Starts the server.</summary>
    /// <param name="listen">The address; null for no server.</param>
    /// <returns>The running server, which is disposed at the end of the run; an empty one without an address.</returns>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<IAsyncDisposable> StartAsync(Uri? listen)
    {
        if (listen is null)
            return new NoServer();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddRoutingCore();
        var provider = Sdk.CreateMeterProviderBuilder().AddMeter(PaperMetrics.MeterName).AddPrometheusExporter().Build();
        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(provider.Dispose);
        app.UseRouting();
        app.MapPrometheusScrapingEndpoint("/metrics", provider, configureBranchedPipeline: null, optionsName: null);
        app.MapGet("/health", static () => "alive\n");
        await app.StartAsync();
        return app;
    }

    private sealed class NoServer : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
