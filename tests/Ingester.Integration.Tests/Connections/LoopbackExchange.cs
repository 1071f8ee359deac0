using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ingester.Integration.Tests.Connections;

/// <summary>A real server on loopback whose every request the test answers: it hands over each WebSocket and serves a market list.</summary>
internal sealed class LoopbackExchange : IAsyncDisposable
{
    private readonly Channel<WebSocket> accepted = Channel.CreateUnbounded<WebSocket>();
    private readonly CancellationTokenSource end = new();
    private readonly WebApplication app;

    private LoopbackExchange(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        builder.Services.AddResponseCompression();
        app = builder.Build();
        app.UseResponseCompression();
        app.UseWebSockets();
        app.Run(AnswerAsync);
    }

    /// <summary>Answers a request itself and returns true, or returns false to let it be served.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = _ => Task.FromResult(false);

    /// <summary>The market list that is served, compressed.</summary>
    public string Markets { get; set; } = "[]";

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public string WebSocketAddress => Address.Replace("http", "ws", StringComparison.Ordinal);

    public static async Task<LoopbackExchange> StartAsync(X509Certificate2? certificate = null)
    {
        var exchange = new LoopbackExchange(certificate);
        await exchange.app.StartAsync();
        return exchange;
    }

    /// <summary>The next socket that was opened.</summary>
    public async Task<WebSocket> AcceptAsync() => await accepted.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await app.DisposeAsync();
        end.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await Instead(context))
            return;
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Markets);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        accepted.Writer.TryWrite(socket);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(end.Token, context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, both.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the test holds the socket
    }
}
