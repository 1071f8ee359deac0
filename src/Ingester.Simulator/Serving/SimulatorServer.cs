using System.Globalization;
using Ingester.Simulator.Connections;
using Ingester.Simulator.Exchanges;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Protocols;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ingester.Simulator.Serving;

/// <summary>Routes each request to its exchange by the first path segment, and performs the WebSocket handshake.</summary>
/// <param name="exchanges">The exchanges by name.</param>
/// <param name="handleControl">Handles a request of the control interface.</param>
/// <param name="handleArchive">Handles a request for a published file.</param>
internal sealed class SimulatorServer(
    IReadOnlyDictionary<string, SimulatedExchange> exchanges, Func<HttpContext, string, Task> handleControl, Func<HttpContext, string, Task> handleArchive)
{
    /// <summary>The first segment of the paths of the control interface.</summary>
    public const string ControlPath = "_control";

    /// <summary>The first segment of the paths of published files.</summary>
    public const string ArchivePath = "_archive";

    private long lastConnectionId;

    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var end = path.IndexOf('/', 1);
        var (first, rest) = end < 0 ? (path[1..], "/") : (path[1..end], path[end..]);
        if (first == ControlPath)
            return handleControl(context, rest.Trim('/'));
        if (first == ArchivePath)
            return handleArchive(context, rest.Trim('/'));
        if (!exchanges.TryGetValue(first, out var exchange))
            return RejectAsync(context, StatusCodes.Status404NotFound);
        var isWebSocket = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
        return isWebSocket ? AcceptWebSocketAsync(context, exchange, rest) : HandleRestAsync(context, exchange, rest);
    }

    private static string ClientAddress(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static Task RejectAsync(HttpContext context, int status, TimeSpan? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } span)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsync(status == StatusCodes.Status429TooManyRequests
            ? "{\"code\":-1003,\"msg\":\"Too many requests.\"}"
            : "{\"message\":\"NotFound\"}");
    }

    private static async Task HandleRestAsync(HttpContext context, SimulatedExchange exchange, string path)
    {
        var query = context.Request.Query;
        var request = new SimulatedRestRequest(path, name => query.TryGetValue(name, out var value) ? value.ToString() : null)
        {
            HasHeader = context.Request.Headers.ContainsKey,
        };
        var body = new Utf8Builder();
        TimeSpan? retryAfter;
        var status = StatusCodes.Status429TooManyRequests;
        lock (exchange.Gate)
        {
            var weight = exchange.RestEndpoints.Weight(request);
            retryAfter = exchange.Admission.CheckRequest(ClientAddress(context), weight);
            context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = exchange.Admission.UsedWeight(ClientAddress(context)).ToString(CultureInfo.InvariantCulture);
            if (retryAfter is null)
            {
                exchange.Counters.RequestWeight += weight;
                status = exchange.RestEndpoints.Respond(request, body);
            }
        }

        if (body.Length == 0)
        {
            await RejectAsync(context, status, retryAfter).ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=utf-8";
        await context.Response.Body.WriteAsync(body.Written.ToArray()).ConfigureAwait(false);
    }

    private async Task AcceptWebSocketAsync(HttpContext context, SimulatedExchange exchange, string path)
    {
        if (!WebSocketUpgrade.IsRequested(context) || !exchange.Profile.WebSocketPaths.Contains(path, StringComparer.Ordinal))
        {
            await RejectAsync(context, StatusCodes.Status404NotFound).ConfigureAwait(false);
            return;
        }

        var origin = new ConnectionOrigin(Interlocked.Increment(ref lastConnectionId), path, ClientAddress(context), exchange.NowMicros);
        using var connection = exchange.CreateConnection(origin, context.Abort);
        TimeSpan? retryAfter;
        lock (exchange.Gate)
        {
            retryAfter = exchange.Admission.CheckConnect(ClientAddress(context));
            if (retryAfter is null)
                exchange.OnConnected(connection, context.Request.QueryString.Value ?? ""); // before the response: a client that has it receives all events from then on
        }

        if (retryAfter is not null)
        {
            await RejectAsync(context, StatusCodes.Status429TooManyRequests, retryAfter).ConfigureAwait(false);
            return;
        }

        await WebSocketUpgrade.AcceptAsync(context, connection).ConfigureAwait(false);
    }
}
