using Ingester.Dashboard.Completeness;
using Ingester.Dashboard.Components;
using Ingester.Dashboard.Days;
using Ingester.Dashboard.Markets;
using Ingester.Dashboard.Now;
using Ingester.Dashboard.Paper;
using Ingester.Dashboard.Recorders;
using Ingester.Dashboard.Stores;
using Microsoft.AspNetCore.DataProtection;
using MudBlazor.Services;

namespace Ingester.Dashboard.Hosting;

/// <summary>Composes the dashboard: services, middleware and pages.</summary>
internal static class DashboardHost
{
    private const int MaxHeaderBytes = 32 << 10;
    private const int MaxBodyBytes = 64 << 10; // the sign-in form; pages receive their messages over the WebSocket

    /// <summary>Number of viewers that lost their connection and may still resume.</summary>
    private const int RetainedCircuits = 20;

    private static readonly TimeSpan CircuitRetention = TimeSpan.FromMinutes(2);

    /// <summary>Builds the web application; it is not started.</summary>
    /// <param name="options">Valid settings.</param>
    /// <param name="clock">The clock of the data; its timers run in real time.</param>
    public static WebApplication Build(DashboardOptions options, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardHost).Assembly.GetName().Name, // tests start it inside their own process
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Configuration.Sources.Clear(); // everything is on the command line
        builder.Configuration.AddInMemoryCollection(); // holds what the next lines set
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        }).SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Error);
        builder.WebHost.UseStaticWebAssets(); // also when it runs from the build folder
        builder.WebHost.UseUrls(options.Listen.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(static server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            server.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        AddServices(builder.Services, options, clock);
        var app = builder.Build();
        SecurityHeaders.Use(app);
        new ReaderAccess(options).Use(app);
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapGet(ReaderAccess.HealthPath, static () => "alive\n");
        FileDownloads.Map(app);
        app.MapMarkets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(static options => options.ContentSecurityFrameAncestorsPolicy = null); // the policy of every answer has it
        return app;
    }

    private static void AddServices(IServiceCollection services, DashboardOptions options, TimeProvider clock)
    {
        services.AddSingleton(clock);
        services.AddDataProtection().UseEphemeralDataProtectionProvider(); // pages of an earlier process are loaded again; nothing is written to disk
        services.AddRazorComponents().AddInteractiveServerComponents(static circuit =>
        {
            circuit.DisconnectedCircuitMaxRetained = RetainedCircuits;
            circuit.DisconnectedCircuitRetentionPeriod = CircuitRetention;
            circuit.DetailedErrors = false;
        });
        services.AddMudServices();
        services.AddStores(options.Store, options.Prefix, options.CacheDirectory);
        services.AddRecorders(options.Recorders, options.RecorderToken);
        services.AddNow();
        services.AddCompleteness();
        services.AddDays(options.KeyFiles);
        services.AddPaper();
        services.AddMarkets(options.Recorders, options.RecorderToken);
    }
}
