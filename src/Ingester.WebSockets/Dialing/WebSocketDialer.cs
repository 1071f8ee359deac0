using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Ingester.WebSockets.Frames;
using Ingester.WebSockets.Sockets;
using Ingester.WebSockets.Tls;

namespace Ingester.WebSockets.Dialing;

/// <summary>Opens real sockets: TLS verified, a timeout, protocol pings, and the HTTP answer read when the exchange refuses.</summary>
/// <param name="options">How connections are made.</param>
/// <param name="clock">Decides when to stop waiting.</param>
/// <param name="descriptors">How many file descriptors the process may open; null where that is not known.</param>
internal sealed class WebSocketDialer(WebSocketOptions options, TimeProvider clock, long? descriptors = null) : IDisposable
{
    /// <summary>Descriptors that connections leave to the others: without any, the runtime cannot even start a thread, and the process ends.</summary>
    public const int ReservedDescriptors = 96;

    /// <summary>What this program calls itself; some exchanges refuse who has no name.</summary>
    public const string UserAgent = "ingester/0.1";

    private readonly EventLoops loops = new(options);

    /// <summary>Opens a socket.</summary>
    public async Task<WebSocket> DialAsync(Uri address, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.DialTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            var proxy = ProxyOf(address);
            if (proxy is null && options.Client != WebSocketClient.Framework)
                return await DialDirectlyAsync(address, either.Token);
            return await DialByFrameworkAsync(proxy, address, either.Token);
        }
        catch (Exception e)
        {
            // Whatever keeps one line from opening, from an odd certificate to a thread that cannot be had: it is tried again, and the others live on.
            stop.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested)
                throw new ConnectionException(FaultKind.Unreachable, $"No answer within {options.DialTimeout}.", e);
            if (e is ConnectionException)
                throw;
            throw new ConnectionException(FaultKind.Unreachable, ConnectionException.Describe(e), e);
        }
    }

    /// <summary>Nothing is dialed any more; sockets that are open are their owners'.</summary>
    public void Dispose() => loops.Dispose();

    private static IWebProxy? ProxyOf(Uri address)
    {
        var http = new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeWss ? Uri.UriSchemeHttps : Uri.UriSchemeHttp }.Uri;
        return HttpClient.DefaultProxy.GetProxy(http) is { } proxy && proxy != http ? HttpClient.DefaultProxy : null;
    }

    /// <summary>
    /// All that is done to open a socket blocks, on a thread that ends with it: it happens seldom, and must not hold up those who receive.
    /// </summary>
    private async Task<WebSocket> DialDirectlyAsync(Uri address, CancellationToken stop)
    {
        var hosts = await Dns.GetHostAddressesAsync(address.DnsSafeHost, stop);
        var socket = await new AddressRace(address.Port, clock).ConnectAsync(hosts, stop);
        return await Task.Factory.StartNew(() => Open(address, socket, stop), CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Each stream owns the one below it, and the socket that is returned owns the outermost; the catch block disposes them when opening fails.")]
    private FrameSocket Open(Uri address, Socket socket, CancellationToken stop)
    {
        Stream? content = null;
        try
        {
            if (socket.Handle >= descriptors - ReservedDescriptors) // the lowest free number is taken: all below it are open
                throw new ConnectionException(FaultKind.Unreachable,
                    $"Of the {descriptors} file descriptors that this process may open (ulimit -n) only {ReservedDescriptors} are left, for the store, REST requests and threads: raise the limit.");
            using var ending = stop.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
            socket.NoDelay = true;
            socket.SendTimeout = (int)options.KeepAliveTimeout.TotalMilliseconds;
            var stream = OperatingSystem.IsLinux() ? new LoopStream(socket) : null;
            content = stream ?? (Stream)new NetworkStream(socket, ownsSocket: true);
            if (address.Scheme == Uri.UriSchemeWss)
                content = TlsHandshake.Perform(content, address.IdnHost.TrimEnd('.')); // certificates name hosts without the final dot
            var ahead = new WebSocketHandshake(address).Perform(content, clock.GetUtcNow());
            stream?.Give(loops.Next());
            return new(content, stream is null ? socket.Dispose : stream.End, ahead, new(options, clock));
        }
        catch
        {
            content?.Dispose(); // what it holds outside the collected heap, too
            socket.Dispose();
            throw;
        }
    }

    /// <summary>By .NET's own client, which also knows the way through a proxy.</summary>
    private async Task<WebSocket> DialByFrameworkAsync(IWebProxy? proxy, Uri address, CancellationToken stop)
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
            socket.Options.RemoteCertificateValidationCallback = check.Accepts;
            await socket.ConnectAsync(address, stop);
            socket.HttpResponseHeaders = null; // read only when refused
            return socket;
        }
        catch (WebSocketException e) when (socket.HttpStatusCode is not (0 or HttpStatusCode.SwitchingProtocols))
        {
            var header = socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
            var refused = WebSocketHandshake.Refused(socket.HttpStatusCode, header?.FirstOrDefault(), clock.GetUtcNow(), e);
            socket.Dispose();
            throw refused;
        }
        catch (WebSocketException e) when (check.Refusal is { } refusal)
        {
            socket.Dispose();
            throw new ConnectionException(FaultKind.Unreachable, refusal, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
