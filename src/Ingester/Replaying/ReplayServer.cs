using System.Globalization;
using System.Net.WebSockets;
using Ingester.Errors;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;

namespace Ingester.Replaying;

/// <summary>
/// Replays recorded streams to WebSocket clients. Each client starts at the beginning and chooses its speed (<c>ws://…/?speed=10</c>). A slow client
/// delays only its own replay.
/// </summary>
/// <param name="events">Starts a replay.</param>
/// <param name="speed">The default speed.</param>
internal sealed class ReplayServer(Func<CancellationToken, IAsyncEnumerable<MarketEvent>> events, double speed)
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Serves until it is stopped; <paramref name="listening"/> receives the address.</summary>
    public async Task RunAsync(Uri address, Action<string> listening, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Run(context => HandleAsync(context, cancel));
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

    private async Task HandleAsync(HttpContext context, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest || !TryReadSpeed(context.Request, out var chosenSpeed))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("WebSocket endpoint: ws://HOST:PORT/?speed=10. speed is at least 0.001, or 0 for as fast as possible.", stopping);
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await Task.WhenAll(WaitForCloseAsync(socket, ending), ReplayToClientAsync(socket, chosenSpeed, ending));
    }

    private async Task ReplayToClientAsync(WebSocket socket, double chosenSpeed, CancellationTokenSource ending)
    {
        try
        {
            await SendEventsAsync(socket, new(chosenSpeed, TimeProvider.System), ending.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "the end", ending.Token);
        }
        catch (StoreException unanswered)
        {
            await Console.Error.WriteLineAsync(unanswered.Message);
            await socket.CloseOutputAsync(WebSocketCloseStatus.InternalServerError, "the store does not answer", CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The client has disconnected, or the server stops: no close frame can be sent.
        }

        ending.CancelAfter(CloseTimeout); // not at once: a cancelled read aborts the connection, and unread data of the client would be lost
    }

    /// <summary>Answers pings, and ends the replay when the client closes or disconnects; other messages are ignored.</summary>
    private static async Task WaitForCloseAsync(WebSocket socket, CancellationTokenSource ending)
    {
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), ending.Token)).MessageType != WebSocketMessageType.Close)
            {
                // Messages of the client are ignored.
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // Handled below.
        }

        await ending.CancelAsync();
    }

    private async Task SendEventsAsync(WebSocket socket, ReplayPace pace, CancellationToken cancel)
    {
        var line = new EventLineWriter();
        await foreach (var marketEvent in events(cancel))
        {
            if (pace.DelayUntil(marketEvent.Micros) is { Ticks: > 0 } wait)
                await Task.Delay(wait, TimeProvider.System, cancel);
            await socket.SendAsync(line.Write(marketEvent), WebSocketMessageType.Text, endOfMessage: true, cancel);
        }
    }

    private bool TryReadSpeed(HttpRequest request, out double chosenSpeed)
    {
        chosenSpeed = speed;
        return !request.Query.TryGetValue("speed", out var text)
            || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out chosenSpeed) && (chosenSpeed == 0 || chosenSpeed >= 0.001) && double.IsFinite(chosenSpeed));
    }
}
