using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Ingester.Simulator.Store;

/// <summary>
/// A proxy on loopback between a recorder and an S3 store. It streams requests and responses and injects faults. Deterministic: with the same faults
/// the same requests have the same outcome.
/// </summary>
public sealed class StoreProxy : IAsyncDisposable
{
    private const string OtherETag = "\"00000000000000000000000000000000\"";

    private static readonly string[] HopByHopHeaders = ["Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "Upgrade"];

    /// <summary>A percent-encoded key must not be decoded by the URI parser.</summary>
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly Uri target;
    private readonly HttpClient store;
    private readonly WebApplication server;
    private readonly Lock gate = new();
    private readonly List<(StoreFault Fault, int Left)> faults = [];
    private readonly CancellationTokenSource stopping = new();
    private TaskCompletionSource faultsCleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long requests;
    private long faulted;

    private StoreProxy(Uri target, int port)
    {
        this.target = target;
        store = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
        {
            Timeout = Timeout.InfiniteTimeSpan, // the recorder has its own timeout
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Use(AcceptAsync));
        });
        server = builder.Build();
        server.Run(RespondAsync);
    }

    /// <summary>The address of the store for the recorder (<c>Ingester:Store:S3:ServiceUrl</c>).</summary>
    public Uri Url => new(server.Urls.Single());

    /// <summary>Number of requests.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Number of requests affected by a fault, including reset connections.</summary>
    public long FaultedRequests => Interlocked.Read(ref faulted);

    /// <summary>Called with the method, the path and the query of each request, from any thread.</summary>
    public Action<string, string, string>? RequestReceived { get; set; }

    /// <summary>Starts the proxy.</summary>
    /// <param name="target">The store.</param>
    /// <param name="port">The port on 127.0.0.1. Default: any free port.</param>
    public static async Task<StoreProxy> StartAsync(Uri target, int port = 0)
    {
        var proxy = new StoreProxy(target, port);
        await proxy.server.StartAsync();
        return proxy;
    }

    /// <summary>Adds a fault; faults that were added earlier have priority.</summary>
    public void AddFault(StoreFault fault)
    {
        lock (gate)
            faults.Add((fault, fault.Count));
    }

    /// <summary>Refuses requests with a status: all requests, or those whose path contains a text.</summary>
    public void Refuse(int status, string? path = null) => AddFault(new() { Kind = StoreFaultKind.Refusal, Status = status, Path = path });

    /// <summary>Delays responses.</summary>
    public void Delay(TimeSpan delay) => AddFault(new() { Kind = StoreFaultKind.Delay, Delay = delay });

    /// <summary>Accepts requests and never responds.</summary>
    public void Hang() => AddFault(new() { Kind = StoreFaultKind.Hang });

    /// <summary>Makes the store unreachable.</summary>
    public void BecomeUnreachable() => AddFault(new() { Kind = StoreFaultKind.Unreachable });

    /// <summary>Removes all faults; pending requests are dropped, as by a restarted store.</summary>
    public void ClearFaults()
    {
        TaskCompletionSource over;
        lock (gate)
        {
            faults.Clear();
            (over, faultsCleared) = (faultsCleared, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        over.SetResult();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        ClearFaults();
        await server.DisposeAsync();
        store.Dispose();
        stopping.Dispose();
    }

    private Task AcceptAsync(ConnectionContext connection, Func<Task> next)
    {
        lock (gate)
            if (!faults.Exists(fault => fault.Fault is { Kind: StoreFaultKind.Unreachable, Method: null, Path: null }))
                return next();
        Interlocked.Increment(ref faulted);
        connection.Abort();
        return Task.CompletedTask;
    }

    private async Task RespondAsync(HttpContext context)
    {
        Interlocked.Increment(ref requests);
        RequestReceived?.Invoke(context.Request.Method, context.Request.Path.Value ?? "/", context.Request.QueryString.Value ?? "");
        var (fault, over) = NextFault(context.Request.Method, context.Request.Path.Value ?? "/");
        if (fault is not null)
            Interlocked.Increment(ref faulted);
        switch (fault?.Kind)
        {
            case StoreFaultKind.Unreachable:
                context.Abort();
                return;
            case StoreFaultKind.Refusal:
                await RefuseAsync(context, fault);
                return;
            case StoreFaultKind.Hang:
                await HangAsync(context, over);
                return;
            case StoreFaultKind.ResetInBody when HasBody(context.Request):
                await ReadPartAsync(context.Request);
                context.Abort();
                return;
            case StoreFaultKind.Delay:
                await Task.Delay(fault.Delay, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                break;
        }

        await ForwardAsync(context, fault?.Kind, over);
    }

    private static bool HasBody(HttpRequest request) => request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0;

    private static async Task HangAsync(HttpContext context, Task over)
    {
        await over.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    /// <summary>Reads the first part of a body, at most half of it.</summary>
    private static async Task ReadPartAsync(HttpRequest request)
    {
        var part = new byte[Math.Max(1, Math.Min(request.ContentLength ?? 1, 1 << 16) / 2)];
        _ = await request.Body.ReadAsync(part, request.HttpContext.RequestAborted);
    }

    private (StoreFault? Fault, Task Over) NextFault(string method, string path)
    {
        lock (gate)
        {
            var index = faults.FindIndex(fault => fault.Fault.Matches(method, path));
            if (index < 0)
                return (null, faultsCleared.Task);
            var (fault, left) = faults[index];
            if (left == 1)
                faults.RemoveAt(index);
            else
                faults[index] = (fault, left - 1);
            return (fault, faultsCleared.Task);
        }
    }

    private static async Task RefuseAsync(HttpContext context, StoreFault fault)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.StatusCode = fault.Status;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(
            $"<?xml version=\"1.0\"?><Error><Code>{fault.ErrorCode}</Code><Message>Injected fault.</Message></Error>", context.RequestAborted);
    }

    private async Task ForwardAsync(HttpContext context, StoreFaultKind? fault, Task over)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping.Token);
        using var request = CreateForwardRequest(context.Request);
        if (fault == StoreFaultKind.IgnoredCondition)
            request.Headers.Remove("If-None-Match");
        try
        {
            using var answer = await store.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            switch (fault)
            {
                case StoreFaultKind.LostResponse:
                    context.Abort();
                    return;
                case StoreFaultKind.HangAfterWrite:
                    await HangAsync(context, over);
                    return;
                default:
                    await RespondAsync(context, answer, fault, stop.Token);
                    return;
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort(); // the store or the recorder disconnected
        }
    }

    private static async Task RespondAsync(HttpContext context, HttpResponseMessage answer, StoreFaultKind? fault, CancellationToken stop)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!HopByHopHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        if (fault == StoreFaultKind.WrongETag)
            context.Response.Headers.ETag = OtherETag;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (fault is not (StoreFaultKind.ResetInBody or StoreFaultKind.TruncatedBody or StoreFaultKind.WrongContentLength))
        {
            await answer.Content.CopyToAsync(context.Response.Body, stop);
            return;
        }

        var body = await answer.Content.ReadAsByteArrayAsync(stop);
        var sent = fault == StoreFaultKind.WrongContentLength ? body.Length : body.Length / 2;
        if (fault != StoreFaultKind.ResetInBody)
            context.Response.ContentLength = fault == StoreFaultKind.TruncatedBody ? sent : body.Length + 1;
        await context.Response.Body.WriteAsync(body.AsMemory(0, sent), stop);
        await context.Response.Body.FlushAsync(stop);
        if (fault != StoreFaultKind.TruncatedBody)
            context.Abort();
    }

    private HttpRequestMessage CreateForwardRequest(HttpRequest request)
    {
        var path = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var copy = new HttpRequestMessage(new(request.Method), new Uri(target.GetLeftPart(UriPartial.Authority) + path, Verbatim));
        if (HasBody(request))
            copy.Content = new StreamContent(request.Body);
        foreach (var (name, values) in request.Headers)
            if (!HopByHopHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && !copy.Headers.TryAddWithoutValidation(name, values.ToArray()))
                copy.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        return copy;
    }
}
