using System.Text.Json;
using Ingester.Hosting;
using Ingester.Recording.Snapshots;
using Ingester.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ingester.Status;

/// <summary>The HTTP endpoints of a replica.</summary>
internal static class StatusPage
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Maximum number of connections at once; further ones are closed.</summary>
    public const int MostConnections = 64;

    private const int MostHeaderBytes = 8 << 10;
    private const int MostBodyBytes = 1 << 10; // no page reads a body

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Limits the resources that a client can occupy.</summary>
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

    /// <summary>Rejects requests with a host name that is not allowed, and requests with a body: no page reads one.</summary>
    public static void Guard(WebApplication app, StatusHosts hosts) => app.Use(async (context, next) =>
    {
        var refusal = !hosts.Allows(context.Request.Host.Host)
            ? (StatusCodes.Status421MisdirectedRequest, $"This page is not served as \"{context.Request.Host.Host}\": see Ingester:Status:AllowedHosts.")
            : context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? (StatusCodes.Status413PayloadTooLarge, "Requests with a body are not accepted.")
            : ((int, string)?)null;
        if (refusal is not var (status, sentence))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close"; // do not wait for the announced body
        await context.Response.WriteAsync(sentence);
    });

    /// <summary>
    /// <c>/</c>: index. <c>/health</c>: liveness. <c>/ready</c>: readiness, with the reason if not ready. <c>/status</c>: counters as JSON.
    /// <c>/markets</c>: last trade and top of book of each market as JSON. <c>/metrics</c>: all metrics in the Prometheus format.
    /// </summary>
    public static void Map(WebApplication app, RecorderService service, TelemetryService telemetry, string replica)
    {
        app.MapGet("/", () => Results.Content(FrontPage.Html(RecorderStatus.Of(service, replica)), "text/html; charset=utf-8"));
        app.MapGet("/health", () => Say(RecorderStatus.Of(service, replica).Dead, "alive"));
        app.MapGet("/ready", () =>
        {
            var status = RecorderStatus.Of(service, replica);
            return Say(status.Dead ?? status.NotReady, "ready");
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
