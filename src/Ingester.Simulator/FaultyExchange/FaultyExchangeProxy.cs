using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ingester.WebSockets.Frames;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ingester.Simulator.FaultyExchange;

/// <summary>A proxy in front of a simulated exchange that injects the selected faults into REST responses and WebSocket frames.</summary>
internal sealed class FaultyExchangeProxy : IAsyncDisposable
{
    private const int FramesBeforeFault = 3;

    private readonly ExchangeSimulator simulator;
    private readonly string exchange;
    private readonly HttpClient upstream = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly WebApplication app;
    private int restFaults;
    private int socketFaults;

    private FaultyExchangeProxy(ExchangeSimulator simulator, string exchange, int port)
    {
        (this.simulator, this.exchange) = (simulator, exchange);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        app = builder.Build();
        app.Run(HandleAsync);
    }

    /// <summary>Selects the fault of the response to a path.</summary>
    public Func<string, RestFault> SelectRestFault { get; set; } = _ => RestFault.None;

    /// <summary>Selects the fault of the next WebSocket.</summary>
    public Func<SocketFault> SelectSocketFault { get; set; } = () => SocketFault.None;

    /// <summary>The target of redirects.</summary>
    public Uri RedirectTarget { get; set; } = new("http://127.0.0.1:1/");

    /// <summary>Number of faulty responses.</summary>
    public int RestFaults => Volatile.Read(ref restFaults);

    /// <summary>Number of faulty WebSockets.</summary>
    public int SocketFaults => Volatile.Read(ref socketFaults);

    /// <summary>Replaces scheme and authority of the exchange's REST address.</summary>
    public Uri Address => new($"{app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/{exchange}");

    /// <summary>Starts the proxy on loopback.</summary>
    public static async Task<FaultyExchangeProxy> StartAsync(ExchangeSimulator simulator, string exchange, int port = 0)
    {
        var proxy = new FaultyExchangeProxy(simulator, exchange, port);
        await proxy.app.StartAsync();
        return proxy;
    }

    /// <summary>From now on injects all faults at random; the seed makes the sequence repeatable.</summary>
    public void InjectRandomFaults(int seed)
    {
        var random = new Random(seed);
        SelectRestFault = _ => Pick<RestFault>(random);
        SelectSocketFault = () => Pick<SocketFault>(random);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.DisposeAsync();
        upstream.Dispose();
        stopping.Dispose();
    }

    private static T Pick<T>(Random random)
        where T : struct, Enum
    {
        lock (random)
            return random.Next(3) == 0 ? default : Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];
    }

    private Task HandleAsync(HttpContext context) =>
        context.Request.Headers.Upgrade == "websocket" ? ServeSocketAsync(context) : ServeRestAsync(context);

    private async Task ServeRestAsync(HttpContext context)
    {
        var fault = SelectRestFault(context.Request.Path);
        if (fault != RestFault.None)
            Interlocked.Increment(ref restFaults);
        var response = context.Response;
        switch (fault)
        {
            case RestFault.DamagedBrotli or RestFault.DamagedGzip or RestFault.UnknownEncoding:
                response.Headers.ContentEncoding = fault switch { RestFault.DamagedBrotli => "br", RestFault.DamagedGzip => "gzip", _ => "compress" };
                await response.Body.WriteAsync(DamagedBody.Create(fault == RestFault.DamagedBrotli ? "br" : "gzip"));
                break;
            case RestFault.DecompressionBomb:
                response.Headers.ContentEncoding = "br";
                await using (var bomb = new BrotliStream(response.Body, CompressionLevel.Fastest))
                    for (var count = 0; count < 80; count++)
                        await bomb.WriteAsync(new byte[1 << 20]);
                break;
            case RestFault.Redirect:
                response.Redirect(RedirectTarget.ToString());
                break;
            case RestFault.RedirectToFile:
                response.StatusCode = StatusCodes.Status302Found;
                response.Headers.Location = "file:///etc/passwd";
                break;
            case RestFault.OversizedContentLength:
                response.ContentLength = 1 << 30;
                await response.Body.WriteAsync("["u8.ToArray());
                break;
            case RestFault.TruncatedBody:
                response.ContentLength = 1_000;
                await response.Body.WriteAsync("{\"symbols\":["u8.ToArray());
                await response.Body.FlushAsync();
                context.Abort();
                break;
            case RestFault.HtmlBody:
                await response.WriteAsync("<html>Just a moment…</html>");
                break;
            case RestFault.InvalidMarketList:
                await response.WriteAsync($$"""{"symbols":[{"symbol":"{{new string('A', 5_000)}}","status":"TRADING","baseAsset":"{{new string('/', 300)}}","quoteAsset":""},{"symbol":7},null]}""");
                break;
            case RestFault.Unavailable:
                response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                response.Headers.RetryAfter = "99999999999";
                break;
            default:
                response.ContentType = "application/json";
                await response.Body.WriteAsync(await upstream.GetByteArrayAsync($"http://127.0.0.1:{simulator.Port}{context.Request.Path}{context.Request.QueryString}", context.RequestAborted));
                break;
        }
    }

    private async Task ServeSocketAsync(HttpContext context)
    {
        var fault = SelectSocketFault();
        if (fault != SocketFault.None)
            Interlocked.Increment(ref socketFaults);
        if (fault == SocketFault.Refused)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var key = context.Request.Headers.SecWebSocketKey.ToString();
        using var upstreamSocket = new TcpClient();
        await upstreamSocket.ConnectAsync(IPAddress.Loopback, simulator.Port);
        var upstreamStream = upstreamSocket.GetStream();
        await upstreamStream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {context.Request.Path}{context.Request.QueryString} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"));
        await SkipResponseHeadAsync(upstreamStream);

        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers["Sec-WebSocket-Accept"] = fault == SocketFault.WrongAcceptKey ? "AAAA" : AcceptKey(key);
        await using var client = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        if (fault is SocketFault.ClosedAfterHandshake or SocketFault.WrongAcceptKey)
            return;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, context.RequestAborted);
        await RelayAsync(upstreamStream, client, fault, ended);
    }

    private static async Task RelayAsync(Stream exchange, Stream client, SocketFault fault, CancellationTokenSource ended)
    {
        var up = client.CopyToAsync(exchange, ended.Token);
        var down = RelayFramesAsync(exchange, client, fault, ended.Token);
        await Task.WhenAny(up, down);
        await ended.CancelAsync();
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Relays frames from the exchange one by one, then injects the fault.</summary>
    private static async Task RelayFramesAsync(Stream from, Stream to, SocketFault fault, CancellationToken ended)
    {
        for (var frames = 0; ; frames++)
        {
            var frame = await ReadFrameAsync(from, ended);
            if (frames < FramesBeforeFault || fault is SocketFault.None)
            {
                await to.WriteAsync(frame, ended);
                continue;
            }

            switch (fault)
            {
                case SocketFault.OversizedFrame:
                    var header = new byte[10];
                    (header[0], header[1]) = (0x81, 127);
                    BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(2), 1L << 30);
                    await to.WriteAsync(header, ended);
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended); // nothing follows
                    break;
                case SocketFault.MaskedFrame:
                    await to.WriteAsync(new byte[] { 0x81, 0x80, 1, 2, 3, 4 }, ended);
                    break;
                case SocketFault.CutInsideFrame:
                    await to.WriteAsync(frame.AsMemory(0, frame.Length / 2), ended);
                    return;
                case SocketFault.InvalidUtf8:
                    await to.WriteAsync(new byte[] { 0x81, 4, 0xff, 0xfe, 0x00, 0x80 }, ended);
                    await to.WriteAsync(frame, ended);
                    break;
                default:
                    var text = Encoding.UTF8.GetBytes("{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"t\":-1e999}");
                    await to.WriteAsync(new byte[] { 0x81, (byte)text.Length }.Concat(text).ToArray(), ended);
                    await to.WriteAsync(frame, ended);
                    break;
            }
        }
    }

    private static async Task<byte[]> ReadFrameAsync(Stream from, CancellationToken ended)
    {
        var bytes = new byte[FrameHeader.MaxSize];
        var length = 0;
        FrameHeader header;
        while (!FrameHeader.TryRead(bytes.AsSpan(0, length), out header))
        {
            await from.ReadExactlyAsync(bytes.AsMemory(length, 1), ended);
            length++;
        }

        var frame = new byte[header.HeaderSize + header.PayloadLength];
        bytes.AsSpan(0, length).CopyTo(frame);
        await from.ReadExactlyAsync(frame.AsMemory(header.HeaderSize), ended);
        return frame;
    }

    private static async Task SkipResponseHeadAsync(NetworkStream from)
    {
        var (lastBytes, buffer) = (0u, new byte[1]);
        while (lastBytes != 0x0d0a0d0a)
        {
            await from.ReadExactlyAsync(buffer);
            lastBytes = lastBytes << 8 | buffer[0];
        }
    }

    private static string AcceptKey(string key)
    {
#pragma warning disable CA5350 // RFC 6455 requires SHA-1
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
