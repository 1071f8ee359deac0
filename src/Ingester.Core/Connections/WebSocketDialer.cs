using System.Net;
using System.Net.WebSockets;

namespace Ingester.Core.Connections;

/// <summary>Opens real sockets: TLS verified, a timeout, protocol pings, and the HTTP answer read when the exchange refuses.</summary>
internal sealed class WebSocketDialer(ConnectionOptions options, TimeProvider clock)
{
    /// <summary>What this program calls itself; some exchanges refuse who has no name.</summary>
    public const string UserAgent = "ingester/0.1";

    /// <summary>Opens a socket.</summary>
    public async Task<WebSocket> DialAsync(Uri address, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.DialTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = options.KeepAliveInterval;
            socket.Options.KeepAliveTimeout = options.KeepAliveTimeout;
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("User-Agent", UserAgent);
            await socket.ConnectAsync(address, either.Token);
            socket.HttpResponseHeaders = null; // read only when refused
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            var refused = timeout.IsCancellationRequested ? TimedOut(e) : Refused(socket, e);
            socket.Dispose();
            throw refused;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ConnectionException TimedOut(Exception cause) => new(FaultKind.Unreachable, $"No answer within {options.DialTimeout}.", cause);

    private ConnectionException Refused(ClientWebSocket socket, Exception cause)
    {
        if (socket.HttpStatusCode is 0 or HttpStatusCode.SwitchingProtocols)
            return new(FaultKind.Unreachable, ConnectionFault.Words(cause), cause);
        var kind = RetryAfter.IsTooMuch(socket.HttpStatusCode) ? FaultKind.Limited : FaultKind.Refused;
        var header = socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        return new(kind, $"The exchange answered HTTP {(int)socket.HttpStatusCode} instead of opening a WebSocket.", cause)
        {
            RetryAfter = RetryAfter.Read(header?.FirstOrDefault(), clock.GetUtcNow()),
        };
    }
}
