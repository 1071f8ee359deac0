using System.Text.Json;
using Ingester.Hosting;
using Ingester.Recording.Snapshots;
using Ingester.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ingester.Status;

/// <summary>What a replica answers about itself.</summary>
internal static class StatusPage
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Maximum number of connections at once; further ones are closed.</summary>
    public const int MostConnections = 64;

    private const int MostHeaderBytes = 8 << 10;
    private const int MostBodyBytes = 1 << 10; // nothing here reads one

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Limits what a client can make the page hold or wait for.</summary>
    public static void Limit(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = MostConnections;
        server.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        server.Limits.MaxRequestLineSize = MostHeaderBytes;
        server.Limits.MaxRequestBufferSize = 2 * MostHeaderBytes;
        server.Limits.MaxRequestBodySize = MostBodyBytes;
        server.Limits.RequestHeadersTimeout = HeadersTimeout;
        server.Limits.KeepAliveTimeout = IdleTimeout;
    }

    /// <summary>Refuses requests by a name that is not allowed, and those with a body: no page here reads one.</summary>
    public static void Guard(WebApplication app, StatusHosts hosts) => app.Use(async (context, next) =>
    {
        var refusal = !hosts.Allows(context.Request.Host.Host)
            ? (StatusCodes.Status421MisdirectedRequest, $"This page is not served as \"{context.Request.Host.Host}\": Ingester:Status:AllowedHosts names the hosts that it may be addressed by.")
            : context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? (StatusCodes.Status413PayloadTooLarge, "This page accepts no request with a body.")
            : ((int, string)?)null;
        if (refusal is not var (status, sentence))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close"; // what the request still announces is not waited for
        await context.Response.WriteAsync(sentence);
    });

    /// <summary>
    /// <c>/</c>: links to the pages. <c>/health</c>: alive or not. <c>/ready</c>: records what it was asked to, or why not. <c>/status</c>: counters as JSON. <c>/markets</c>: the last
    /// trade and the top of the book of each market as JSON. <c>/metrics</c>: all metrics as Prometheus reads them.
    /// </summary>
    public static void Map(WebApplication app, RecorderService service, TelemetryService telemetry, string replica)
    {
        app.MapGet("/", () => Results.Content(FrontPage.Html(RecorderStatus.Of(service, replica)), "text/html; charset=utf-8"));
        app.MapGet("/health", () => Say(RecorderStatus.Of(service, replica).Dead, "alive"));
        app.MapGet("/ready", () =>
        {
            var status = RecorderStatus.Of(service, replica);
            return Say(status.Dead ?? status.NotReady, "recording what it was asked to");
        });
        telemetry.Map(app, "/metrics");
        app.MapGet("/markets", (string? exchange, string? pair) => Results.Json(service.Markets
            .Where(market => (exchange is null || market.Exchange == exchange) && (pair is null || market.Pair == pair))
            .OrderBy(market => market.Exchange, StringComparer.Ordinal).ThenBy(market => market.Pair, StringComparer.Ordinal), Indented));
        app.MapGet("/status", () => Results.Json(RecorderStatus.Of(service, replica), Indented));
    }

    private static IResult Say(string? wrong, string well) =>
        Results.Text(wrong ?? well, statusCode: wrong is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
