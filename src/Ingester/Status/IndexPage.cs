using System.Net;
using Ingester.Telemetry.Logs;

namespace Ingester.Status;

/// <summary>The index page at <c>/</c>: identity and status of the recorder, and links to all pages.</summary>
internal static class IndexPage
{
    private static readonly (string Path, string Says)[] Pages =
    [
        ("/status", "counters and connections, as JSON"),
        ("/status/changes", "exchanges and gaps, or what changed since a version, as JSON"),
        ("/markets", "last trade and top of the book of each market, as JSON"),
        ("/health", "liveness, for a container's health check"),
        ("/ready", "readiness: whether everything configured is recorded, with the reason if not"),
        ("/metrics", "all metrics, for Prometheus"),
    ];

    /// <summary>Renders the page as HTML.</summary>
    public static string Render(RecorderStatus status) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Ingester, replica {Encode(status.Replica)}</title></head>
        <body>
        <h1>Ingester, replica {Encode(status.Replica)}</h1>
        <p>Version {Encode(LogIdentity.Version)}, recording since {status.Began.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. {Encode(status.Dead ?? status.NotReady ?? "Everything configured is recorded.")}</p>
        <ul>
        {string.Join('\n', Pages.Select(page => $"<li><a href=\"{page.Path}\">{page.Path}</a>: {page.Says}</li>"))}
        </ul>
        </body>
        </html>
        """;

    private static string Encode(string value) => WebUtility.HtmlEncode(value);
}
