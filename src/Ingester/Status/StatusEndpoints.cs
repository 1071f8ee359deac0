using System.Globalization;
using System.Text.Json;
using Ingester.Core.Status;
using Ingester.Schemas;
using Ingester.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ingester.Status;

/// <summary>The HTTP endpoints of a replica.</summary>
internal static class StatusEndpoints
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Maximum number of connections at once; further ones are closed.</summary>
    public const int MaxConnections = 64;

    private const int MaxHeaderBytes = 8 << 10;
    private const int MaxBodyBytes = 1 << 10; // no page reads a body

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Limits the resources that a client can occupy.</summary>
    public static void ConfigureLimits(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = MaxConnections;
        server.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        server.Limits.MaxRequestLineSize = MaxHeaderBytes;
        server.Limits.MaxRequestBufferSize = 2 * MaxHeaderBytes;
        server.Limits.MaxRequestBodySize = MaxBodyBytes;
        server.Limits.RequestHeadersTimeout = HeadersTimeout;
        server.Limits.KeepAliveTimeout = IdleTimeout;
    }

    /// <summary>Rejects requests with a host name that is not allowed, and requests with a body: no page reads one.</summary>
    public static void UseRequestFilter(WebApplication app, StatusHostFilter hosts) => app.Use(async (context, next) =>
    {
        var rejection = !hosts.IsAllowed(context.Request.Host.Host)
            ? (StatusCodes.Status421MisdirectedRequest, $"This page is not served as \"{context.Request.Host.Host}\": see Ingester:Status:AllowedHosts.")
            : context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            ? (StatusCodes.Status413PayloadTooLarge, "Requests with a body are not accepted.")
            : ((int, string)?)null;
        if (rejection is not var (status, message))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.Headers.Connection = "close"; // do not wait for the announced body
        await context.Response.WriteAsync(message);
    });

    /// <summary>
    /// <c>/</c>: index. <c>/health</c>: liveness. <c>/ready</c>: readiness, with the reason if not ready. <c>/status</c>: counters as JSON.
    /// <c>/status/changes</c>: the state of exchanges and gaps, or what changed since a version, as JSON.
    /// <c>/markets</c>: last trade and top of book of each market as JSON. <c>/metrics</c>: all metrics in the Prometheus format.
    /// </summary>
    public static void MapEndpoints(WebApplication app, RecorderState state, TelemetryService telemetry, StatusFeed feed, string replica)
    {
        app.MapGet("/", () => Results.Content(IndexPage.Render(RecorderStatus.Create(state, replica)), "text/html; charset=utf-8"));
        app.MapGet("/health", () => HealthResult(RecorderStatus.Create(state, replica).Dead, "alive"));
        app.MapGet("/ready", () =>
        {
            var status = RecorderStatus.Create(state, replica);
            return HealthResult(status.Dead ?? status.NotReady, "ready");
        });
        telemetry.MapPrometheus(app, "/metrics");
        app.MapGet("/markets", (string? exchange, string? pair) => Results.Json(state.Markets
            .Where(market => (exchange is null || market.Exchange == exchange) && (pair is null || market.Pair == pair))
            .OrderBy(market => market.Exchange, StringComparer.Ordinal).ThenBy(market => market.Pair, StringComparer.Ordinal)
            .Select(market => new { Schema = OutputSchema.MarketView, market.Exchange, market.Pair, market.LastTrade, market.Book, market.BookTime, market.Bid, market.Ask }), Indented));
        app.MapGet("/status", () => Results.Json(RecorderStatus.Create(state, replica), Indented));
        app.MapGet(StatusChanges.Path, (string? since) => AnswerChanges(feed, since));
    }

    private static IResult AnswerChanges(StatusFeed feed, string? since) =>
        long.TryParse(since ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? Results.Json(feed.Read(version), StatusChanges.Json)
            : Results.Text($"since: \"{since}\" is not the version of an earlier answer.", statusCode: StatusCodes.Status400BadRequest);

    private static IResult HealthResult(string? problem, string success) =>
        Results.Text(problem ?? success, statusCode: problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
