using Ingester.Errors;
using Ingester.Status;
using Ingester.Telemetry;

namespace Ingester.Hosting;

/// <summary>Serves <c>/metrics</c> and <c>/health</c> of a command that follows the store.</summary>
internal static class MetricsPage
{
    /// <summary>Starts it.</summary>
    /// <param name="listen">The address; null to serve nothing.</param>
    /// <param name="telemetry">The exporters.</param>
    /// <param name="cancel">Cancels the start.</param>
    /// <exception cref="CommandException">The address cannot be used.</exception>
    public static async Task<WebApplication?> StartAsync(Uri? listen, TelemetryService telemetry, CancellationToken cancel)
    {
        if (listen is null)
            return null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(StatusEndpoints.ConfigureLimits);
        builder.WebHost.UseUrls(listen.ToString());
        var app = builder.Build();
        telemetry.MapPrometheus(app, "/metrics");
        app.MapGet("/health", static () => Results.Text("ok"));
        try
        {
            await app.StartAsync(cancel);
            return app;
        }
        catch (IOException failure)
        {
            await app.DisposeAsync();
            throw new CommandException($"/metrics cannot be served at {listen}: {(failure.InnerException ?? failure).Message}.", failure);
        }
    }
}
