using System.Net.WebSockets;
using Ingester.Core.Live;
using Ingester.Status;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Ingester.Live;

/// <summary>
/// <c>GET /live</c>: a WebSocket, or server-sent events for a request without an upgrade. <c>docs/live.md</c> describes the messages.
/// </summary>
/// <param name="hub">Distributes the rows.</param>
/// <param name="options">The settings.</param>
/// <param name="exchanges">The recorded exchanges.</param>
/// <param name="replica">The name of the replica.</param>
/// <param name="events">Logs and counters.</param>
/// <param name="clock">The clock of the recorder.</param>
internal sealed class LiveEndpoint(LiveHub hub, LiveStreamOptions options, IEnumerable<string> exchanges, string replica, LiveStreamEvents events, TimeProvider clock)
{
    /// <summary>The path.</summary>
    public const string Path = "/live";

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);

    private readonly LiveAccess access = new(options.Token);

    /// <summary>Allows the connections of the clients in addition to those of the status page.</summary>
    public static void ConfigureLimits(KestrelServerOptions server, LiveStreamOptions options)
    {
        server.Limits.MaxConcurrentConnections = StatusEndpoints.MaxConnections + options.MaxClients;
        server.Limits.MaxConcurrentUpgradedConnections = StatusEndpoints.MaxConnections + options.MaxClients; // beyond the clients, those that are rejected with a reason
    }

    /// <summary>Adds the endpoint.</summary>
    public void Map(WebApplication app)
    {
        app.UseWebSockets(new() { KeepAliveInterval = PingInterval });
        app.MapGet(Path, HandleAsync);
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (access.FindRejection(context) is var (status, reason))
        {
            await RejectAsync(context, status, reason);
            return;
        }

        if (LiveRequest.Read(context.Request.Query, exchanges, out var problem) is not { } request)
        {
            await RejectAsync(context, StatusCodes.Status400BadRequest, problem!);
            return;
        }

        if (hub.TryAdd(request.Includes, options.MaxClients) is not { } client)
        {
            await RejectAsync(context, StatusCodes.Status503ServiceUnavailable, $"The live stream already has {options.MaxClients} clients (Ingester:Live:MaxClients).");
            return;
        }

        var address = context.Connection.RemoteIpAddress;
        events.ClientConnected(address, client.StreamCount);
        try
        {
            if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
                rate.MinDataRate = null; // a slow client is not disconnected: it receives a mark about the rows that it missed
            await (context.WebSockets.IsWebSocketRequest ? ServeWebSocketAsync(context, client) : ServeEventsAsync(context, client));
        }
        catch (TimeoutException)
        {
            events.ClientStalled(address, LiveSession.SendTimeout);
            context.Abort();
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The client has disconnected.
        }
        finally
        {
            hub.Remove(client);
            events.ClientDisconnected(address, client.MissedRows);
        }
    }

    private async Task ServeWebSocketAsync(HttpContext context, LiveClient client)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await Task.WhenAll(SendAsync(socket, client, ending.Token, context.RequestAborted), WaitForCloseAsync(socket, ending));
    }

    /// <summary>Sends until the recorder stops or the client closes; the connection is aborted when sending fails.</summary>
    private async Task SendAsync(WebSocket socket, LiveClient client, CancellationToken ending, CancellationToken aborted)
    {
        var session = new LiveSession(client, new(client, isEvents: false), (bytes, cancel) => socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, cancel).AsTask(), clock);
        try
        {
            await session.RunAsync(replica, ending);
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "The recorder stops.", ending);
        }
        catch (OperationCanceledException) when (socket.State == WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, aborted);
        }
        catch
        {
            socket.Abort();
            throw;
        }
    }

    /// <summary>Answers pings, and ends the session when the client closes or disconnects; other messages are ignored.</summary>
    private static async Task WaitForCloseAsync(WebSocket socket, CancellationTokenSource ending)
    {
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
                // Messages of the client are ignored.
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // Handled below.
        }

        await ending.CancelAsync();
    }

    private async Task ServeEventsAsync(HttpContext context, LiveClient client)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy must not collect events
        var session = new LiveSession(client, new(client, isEvents: true), (bytes, cancel) => context.Response.BodyWriter.WriteAsync(bytes, cancel).AsTask(), clock);
        await session.RunAsync(replica, context.RequestAborted);
    }

    private static Task RejectAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason, context.RequestAborted);
    }
}
