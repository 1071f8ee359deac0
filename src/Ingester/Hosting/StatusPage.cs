using System.Text.Json;
using Ingester.Core.Telemetry;

namespace Ingester.Hosting;

/// <summary>What a replica answers about itself.</summary>
internal static class StatusPage
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

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
        app.MapGet("/metrics", () => telemetry.Text() is { } text ? Results.Text(text, PrometheusText.ContentType) : Results.NotFound());
        app.MapGet("/markets", (string? exchange, string? pair) => Results.Json(service.Markets
            .Where(market => (exchange is null || market.Exchange == exchange) && (pair is null || market.Pair == pair))
            .OrderBy(market => market.Exchange, StringComparer.Ordinal).ThenBy(market => market.Pair, StringComparer.Ordinal), Indented));
        app.MapGet("/status", () => Results.Json(RecorderStatus.Of(service, replica), Indented));
    }

    private static IResult Say(string? wrong, string well) =>
        Results.Text(wrong ?? well, statusCode: wrong is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
