using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Ingester.WebSockets.Frames;
using Ingester.WebSockets.Sockets;
using Ingester.WebSockets.Tls;

namespace Ingester.WebSockets.Dialing;

/// <summary>
/// Opens WebSockets with a timeout, verified TLS and keep-alive pings; when the exchange refuses, the exception has the HTTP
/// status.
/// </summary>
/// <param name="options">The options of connections.</param>
/// <param name="clock">Measures the timeout.</param>
/// <param name="descriptors">Maximum number of open file descriptors of the process; null when unknown.</param>
internal sealed class WebSocketDialer(WebSocketOptions options, TimeProvider clock, long? descriptors = null) : IDisposable
{
    /// <summary>
    /// Number of file descriptors that connections leave free: without any, the runtime cannot start a thread, and the process ends.
    /// </summary>
    public const int ReservedDescriptors = 96;

    /// <summary>The User-Agent header; some exchanges refuse requests without one.</summary>
    public const string UserAgent = "ingester/0.1";

    private readonly EventLoopPool loops = new(options);

    /// <summary>Opens a WebSocket.</summary>
    /// <param name="address">The address.</param>
    /// <param name="headers">Headers of the handshake besides those of the protocol: names are tokens, values printable ASCII.</param>
    /// <param name="stop">Cancels the attempt.</param>
    public async Task<WebSocket> DialAsync(Uri address, IReadOnlyDictionary<string, string> headers, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.DialTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            var proxy = FindProxy(address);
            if (proxy is null && options.Client != WebSocketClientKind.Framework)
                return await DialDirectlyAsync(address, headers, either.Token);
            return await DialWithClientWebSocketAsync(proxy, address, headers, either.Token);
        }
        catch (Exception e)
        {
            // Any exception, from an invalid certificate to a thread that cannot be created, fails this attempt only: it is retried, and other
            // connections continue.
            stop.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested)
                throw new ConnectionException(ConnectionFaultKind.Unreachable, $"The connection was not established within {options.DialTimeout}.", e);
            if (e is ConnectionException)
                throw;
            throw new ConnectionException(ConnectionFaultKind.Unreachable, ConnectionException.Describe(e), e);
        }
    }

    /// <summary>Stops the event loops; open sockets belong to their owners.</summary>
    public void Dispose() => loops.Dispose();

    private static IWebProxy? FindProxy(Uri address)
    {
        var http = new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeWss ? Uri.UriSchemeHttps : Uri.UriSchemeHttp }.Uri;
        return HttpClient.DefaultProxy.GetProxy(http) is { } proxy && proxy != http ? HttpClient.DefaultProxy : null;
    }

    /// <summary>
    /// Opens a socket with blocking calls on a thread of its own: dialing is rare and must not delay the receive threads.
    /// </summary>
    private async Task<WebSocket> DialDirectlyAsync(Uri address, IReadOnlyDictionary<string, string> headers, CancellationToken stop)
    {
        var hosts = await Dns.GetHostAddressesAsync(address.DnsSafeHost, stop);
        var socket = await new HappyEyeballsConnector(address.Port, clock).ConnectAsync(hosts, stop);
        return await Task.Factory.StartNew(() => Open(address, headers, socket, stop), CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Each stream owns the one below it, and the socket that is returned owns the outermost; the catch block disposes them when opening fails.")]
    private FrameSocket Open(Uri address, IReadOnlyDictionary<string, string> headers, Socket socket, CancellationToken stop)
    {
        Stream? content = null;
        try
        {
            if (socket.Handle >= descriptors - ReservedDescriptors) // the kernel assigns the lowest free descriptor: all lower ones are in use
                throw new ConnectionException(ConnectionFaultKind.Unreachable,
                    $"The limit of open file descriptors ({descriptors}, ulimit -n) is nearly reached: the last {ReservedDescriptors} are reserved for the store, REST requests and threads. Raise the limit.");
            using var ending = stop.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            socket.NoDelay = true;
            socket.SendTimeout = (int)options.KeepAliveTimeout.TotalMilliseconds;
            var stream = OperatingSystem.IsLinux() ? new EventLoopStream(socket) : null;
            content = stream ?? (Stream)new NetworkStream(socket, ownsSocket: true);
            if (address.Scheme == Uri.UriSchemeWss)
                content = TlsHandshake.Perform(content, address.IdnHost.TrimEnd('.')); // certificates contain host names without a trailing dot
            var received = new WebSocketHandshake(address, headers).Perform(content, clock.GetUtcNow());
            stream?.AttachTo(loops.GetLeastLoaded());
            return new(content, stream is null ? socket.Dispose : stream.Shutdown, received, new(options, clock));
        }
        catch
        {
            content?.Dispose(); // releases native memory as well
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Opens a WebSocket with .NET's ClientWebSocket, which supports proxies.</summary>
    private async Task<WebSocket> DialWithClientWebSocketAsync(IWebProxy? proxy, Uri address, IReadOnlyDictionary<string, string> headers, CancellationToken stop)
    {
        var check = new CertificateCheck(address.IdnHost.TrimEnd('.'));
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.Proxy = proxy;
            socket.Options.KeepAliveInterval = options.KeepAliveInterval;
            socket.Options.KeepAliveTimeout = options.KeepAliveTimeout;
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("User-Agent", UserAgent);
            foreach (var (name, value) in headers)
                socket.Options.SetRequestHeader(name, value);
            socket.Options.RemoteCertificateValidationCallback = check.Accepts;
            await socket.ConnectAsync(address, stop);
            socket.HttpResponseHeaders = null; // needed only for refusals
            return socket;
        }
        catch (WebSocketException e) when (socket.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            var header = socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
            var refused = WebSocketHandshake.CreateRefusal(socket.HttpStatusCode, header?.FirstOrDefault(), clock.GetUtcNow(), e);
            socket.Dispose();
            throw refused;
        }
        catch (WebSocketException e) when (check.Refusal is { } refusal)
        {
            socket.Dispose();
            throw new ConnectionException(ConnectionFaultKind.Unreachable, refusal, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
