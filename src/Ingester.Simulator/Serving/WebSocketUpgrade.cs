using System.Security.Cryptography;
using System.Text;
using Ingester.Simulator.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ingester.Simulator.Serving;

/// <summary>The WebSocket handshake of a server (RFC 6455, 4.2).</summary>
internal static class WebSocketUpgrade
{
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3

    /// <summary>True when the request is a WebSocket handshake.</summary>
    public static bool IsRequested(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && context.Request.Headers.SecWebSocketKey.Count > 0;

    /// <summary>Answers the handshake and runs the connection until one side ends it.</summary>
    public static async Task AcceptAsync(HttpContext context, ClientConnection connection)
    {
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = AcceptKey(context.Request.Headers.SecWebSocketKey.ToString());
        await connection.RunAsync(context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync()).ConfigureAwait(false);
    }

    private static string AcceptKey(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
}
