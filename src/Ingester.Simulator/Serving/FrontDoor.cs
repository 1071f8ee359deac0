using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ingester.Simulator.Venues;
using Ingester.Simulator.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ingester.Simulator.Serving;

/// <summary>Routes each request to its exchange by the first path segment, and performs the WebSocket handshake.</summary>
internal sealed class FrontDoor(IReadOnlyDictionary<string, Venue> venues, ControlDesk control)
{
    private const string HandshakeKey = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
    private long connections;

    /// <summary>Handles a request.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var end = path.IndexOf('/', 1);
        var (first, rest) = end < 0 ? (path[1..], "/") : (path[1..end], path[end..]);
        if (first == ControlDesk.Name)
            return control.AnswerAsync(context, rest.Trim('/'));
        if (!venues.TryGetValue(first, out var venue))
            return RefuseAsync(context, StatusCodes.Status404NotFound);
        var socket = context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
        return socket ? ConnectAsync(context, venue, rest) : AnswerRestAsync(context, venue, rest);
    }

    private static string Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static Task RefuseAsync(HttpContext context, int status, TimeSpan? wait = null)
    {
        context.Response.StatusCode = status;
        if (wait is { } span)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsync(status == StatusCodes.Status429TooManyRequests
            ? "{\"code\":-1003,\"msg\":\"Too many requests.\"}"
            : "{\"message\":\"NotFound\"}");
    }

    private static async Task AnswerRestAsync(HttpContext context, Venue venue, string path)
    {
        var query = context.Request.Query;
        var request = new RestRequest(path, name => query.TryGetValue(name, out var value) ? value.ToString() : null)
        {
            HasKey = context.Request.Headers.ContainsKey(BinanceRest.KeyHeader),
        };
        var body = new TextBuilder();
        TimeSpan? refused;
        var status = StatusCodes.Status429TooManyRequests;
        lock (venue.Gate)
        {
            refused = venue.Door.RefuseRequest(Address(context), venue.Rest.Weight(request));
            context.Response.Headers["X-MBX-USED-WEIGHT-1M"] = venue.Door.Spent(Address(context)).ToString(CultureInfo.InvariantCulture);
            if (refused is null)
                status = venue.Rest.Answer(request, body);
        }

        if (body.Length == 0)
        {
            await RefuseAsync(context, status, refused).ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=utf-8";
        await context.Response.Body.WriteAsync(body.Written.ToArray()).ConfigureAwait(false);
    }

    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeKey)));

    private async Task ConnectAsync(HttpContext context, Venue venue, string path)
    {
        var key = context.Request.Headers.SecWebSocketKey.ToString();
        if (key.Length == 0 || !venue.Facts.Sockets.Contains(path, StringComparer.Ordinal))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound).ConfigureAwait(false);
            return;
        }

        var origin = new ConnectionOrigin(Interlocked.Increment(ref connections), path, Address(context), venue.Now);
        using var connection = new Connection(venue, origin, context.Abort);
        TimeSpan? refused;
        lock (venue.Gate)
        {
            refused = venue.Door.RefuseConnect(Address(context));
            if (refused is null)
                venue.Opened(connection, context.Request.QueryString.Value ?? ""); // before the response: a client that has it receives all events from then on
        }

        if (refused is not null)
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, refused).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = Accept(key);
        await connection.RunAsync(context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync()).ConfigureAwait(false);
    }
}
