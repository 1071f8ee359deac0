using System.Globalization;
using System.Net.WebSockets;
using Ingester.Core.Reading;
using Ingester.Core.Storage;

namespace Ingester.Replaying;

/// <summary>
/// Replays recorded streams to WebSocket clients, to each from the beginning and as fast as it asks for (<c>ws://…/?speed=10</c>). A slow client is
/// waited for: it slows nobody else down.
/// </summary>
/// <param name="events">Begins a replay.</param>
/// <param name="speed">The speed of clients that ask for none.</param>
internal sealed class ReplayServer(Func<CancellationToken, IAsyncEnumerable<MarketEvent>> events, double speed)
{
    /// <summary>Serves until it is stopped; <paramref name="listening"/> is told the address.</summary>
    public async Task RunAsync(Uri address, Action<string> listening, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(context => AnswerAsync(context, cancel));
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException taken)
        {
            throw new CommandException($"Cannot listen on {address}: {taken.Message}", taken);
        }

        listening(app.Urls.First().Replace("http", "ws", StringComparison.Ordinal));
        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(static _ => { }, TaskScheduler.Default);
        await app.StopAsync(CancellationToken.None);
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest || !TrySpeed(context.Request, out var asked))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("This is a WebSocket: ws://HOST:PORT/?speed=10, where 0 is as fast as possible.", stopping);
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await SendAsync(socket, new(asked, TimeProvider.System), either.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "the end", either.Token);
        }
        catch (StoreException unanswered)
        {
            await Console.Error.WriteLineAsync(unanswered.Message);
            await socket.CloseOutputAsync(WebSocketCloseStatus.InternalServerError, "the store does not answer", either.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The client has left, or the server stops: there is nobody to tell.
        }
    }

    private async Task SendAsync(WebSocket socket, ReplayPace pace, CancellationToken cancel)
    {
        var line = new EventLine();
        await foreach (var found in events(cancel))
        {
            if (pace.Wait(found.Micros) is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System, cancel);
            await socket.SendAsync(line.Write(found), WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
    }

    private bool TrySpeed(HttpRequest request, out double asked)
    {
        asked = speed;
        return !request.Query.TryGetValue("speed", out var text)
            || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out asked) && asked >= 0 && double.IsFinite(asked));
    }
}
