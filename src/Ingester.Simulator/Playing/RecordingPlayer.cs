using Ingester.Core.Recordings;
using Ingester.Core.Time;
using Ingester.Simulator.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Ingester.Simulator.Playing;

/// <summary>
/// Serves a recording to recorders over real sockets. The player's clock shows the time of the recording, and each frame is sent at its time; recorders need the same
/// clock.
/// </summary>
internal sealed class RecordingPlayer : ISimulatedServer, IAsyncDisposable
{
    private const int PingsPerSilenceLimit = 3;

    private readonly PlayableRecording recording;
    private readonly TimeProvider clock;
    private readonly PlayedExchange exchange;
    private readonly WebApplication server;
    private readonly string host;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastConnectionId;
    private Task playing = Task.CompletedTask;
    private Task pinging = Task.CompletedTask;

    private RecordingPlayer(PlayableRecording recording, string host, int port, TimeProvider clock)
    {
        (this.recording, this.host, this.clock) = (recording, host, clock);
        exchange = new(recording, clock);
        server = SimulatorHost.Build(host, port, logs: null);
        var control = new ControlEndpoints("player", PlayerCommands.Create(this), () => $"{ReachableHost}:{Port}", "cut");
        server.Run(context => HandleAsync(context, control));
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; private set; }

    /// <summary>The exchange of the recording.</summary>
    public string Exchange => recording.Exchange.Profile.Name;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Exchanges => [Exchange];

    /// <summary>Number of frames whose time has come.</summary>
    public long Played { get; private set; }

    /// <summary>Number of frames that were sent, counted for each connection.</summary>
    public long Sent { get; private set; }

    /// <summary>Number of messages sent to all connections, answers included.</summary>
    public long Messages
    {
        get
        {
            lock (exchange.Gate)
                return exchange.Messages;
        }
    }

    /// <summary>Completes when the last frame was sent; fails when the recording cannot be read.</summary>
    public Task Finished => finished.Task;

    private string ReachableHost => host == "0.0.0.0" ? "127.0.0.1" : host;

    /// <summary>Starts the player.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="host">The address to listen on.</param>
    /// <param name="port">The port; 0 is a free one.</param>
    /// <param name="clock">The clock of the recording: <see cref="ClockFor"/>.</param>
    public static async Task<RecordingPlayer> StartAsync(PlayableRecording recording, string host, int port, TimeProvider clock)
    {
        var player = new RecordingPlayer(recording, host, port, clock);
        await player.server.StartAsync().ConfigureAwait(false);
        player.Port = new Uri(player.server.Urls.First()).Port;
        player.playing = player.PlayAsync(player.stopping.Token);
        player.pinging = player.PingAsync(player.stopping.Token);
        return player;
    }

    /// <summary>The clock that begins some time before the first frame now, for the player and its recorders.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="speed">Recorded seconds per real second.</param>
    /// <param name="lead">Recorded time before the first frame, in which recorders connect.</param>
    /// <param name="now">The real time.</param>
    public static ClockOptions ClockFor(PlayableRecording recording, double speed, TimeSpan lead, DateTimeOffset now) => new()
    {
        Epoch = now,
        Rate = speed,
        Offset = Micros.ToDateTime(recording.FirstMicros) - lead - now,
    };

    /// <inheritdoc/>
    public Uri WebSocketAddress(string name) => new($"ws://{ReachableHost}:{Port}/{name}");

    /// <inheritdoc/>
    public Uri RestAddress(string name) => new($"http://{ReachableHost}:{Port}/{name}");

    /// <summary>The open connections with their paths and what they received.</summary>
    public IReadOnlyList<PlayedConnectionState> Connections()
    {
        lock (exchange.Gate)
            return [.. exchange.Connections.Where(client => !client.IsClosed).Select(PlayedConnectionState.Create)];
    }

    /// <summary>Ends connections without a close frame, after their queued frames; returns what they had received.</summary>
    /// <param name="connection">The connection; null for all.</param>
    /// <param name="path">The beginning of the path of the connections, below that of the exchange; null for all.</param>
    public IReadOnlyList<PlayedConnectionState> Cut(long? connection = null, string? path = null)
    {
        lock (exchange.Gate)
        {
            var cut = Select(connection, path);
            foreach (var client in cut)
                client.Cut();
            return [.. cut.Select(PlayedConnectionState.Create)];
        }
    }

    /// <summary>Keeps connections open but sends nothing on them, pings included; returns the number of connections.</summary>
    /// <param name="connection">The connection; null for all.</param>
    /// <param name="path">The beginning of the path of the connections; null for all.</param>
    /// <param name="span">How long, by the player's clock.</param>
    public int Silence(long? connection, string? path, TimeSpan span)
    {
        lock (exchange.Gate)
        {
            var silent = Select(connection, path);
            foreach (var client in silent)
                client.SilentUntil = Micros.Now(clock) + Micros.From(span);
            return silent.Count;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        Cut();
        await Task.WhenAll(playing, pinging).ConfigureAwait(false);
        await server.StopAsync().ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    private List<PlayedConnection> Select(long? connection, string? path) =>
        [.. exchange.Connections.Where(client => !client.IsClosed && (connection is null || client.Id == connection) && (path is null || client.Path.StartsWith(path, StringComparison.Ordinal)))];

    private async Task PlayAsync(CancellationToken stop)
    {
        try
        {
            using var recorded = new RecordedConnections(recording.Exchange, exchange.Content, recording.FirstMicros);
            await foreach (var batch in recording.Folder.ReadAsync(stop).ConfigureAwait(false))
                foreach (var frame in batch)
                    await PlayAsync(frame, recorded, stop).ConfigureAwait(false);
            finished.TrySetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            finished.TrySetCanceled(stop);
        }
        catch (RecordingFileException damaged)
        {
            finished.TrySetException(damaged);
        }
    }

    /// <summary>Waits until the time of a frame. A frame without a time follows the one before it; its own exchange time is known after decoding it.</summary>
    private async Task PlayAsync(RecordedFrame frame, RecordedConnections recorded, CancellationToken stop)
    {
        if (frame.Micros is { } due)
            await WaitUntilAsync(due, stop).ConfigureAwait(false);
        lock (exchange.Gate)
        {
            if (!recorded.Read(frame))
                return;
            if (frame.Micros is not null || recorded.Micros <= Micros.Now(clock))
            {
                Send(frame, recorded);
                return;
            }
        }

        await WaitUntilAsync(recorded.Micros, stop).ConfigureAwait(false);
        lock (exchange.Gate)
            Send(frame, recorded);
    }

    private void Send(in RecordedFrame frame, RecordedConnections recorded)
    {
        Played++;
        Sent += exchange.Play(frame, recorded);
    }

    private async Task WaitUntilAsync(long micros, CancellationToken stop)
    {
        for (long left; (left = micros - Micros.Now(clock)) > 0;)
            await Task.Delay(TimeSpan.FromMicroseconds(left), clock, stop).ConfigureAwait(false);
    }

    private async Task PingAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(recording.Exchange.Profile.SilenceLimit / PingsPerSilenceLimit, TimeProvider.System); // recorders measure silence in real time
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                lock (exchange.Gate)
                    exchange.PingAll();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The player stops.
        }
    }

    private async Task HandleAsync(HttpContext context, ControlEndpoints control)
    {
        var path = context.Request.Path.Value ?? "/";
        var segments = path.Split('/', 3);
        if (segments[1] == SimulatorServer.ControlPath)
        {
            await control.HandleAsync(context, segments.Length > 2 ? segments[2].Trim('/') : "").ConfigureAwait(false);
            return;
        }

        if (segments[1] != Exchange)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsJsonAsync(new { error = $"The player serves /{Exchange}, not {path}." }).ConfigureAwait(false);
            return;
        }

        var rest = segments.Length > 2 ? $"/{segments[2]}" : "/";
        if (WebSocketUpgrade.IsRequested(context))
        {
            var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
            using var client = exchange.Connect(new(Interlocked.Increment(ref lastConnectionId), rest, address, Micros.Now(clock)), context.Abort);
            await WebSocketUpgrade.AcceptAsync(context, client).ConfigureAwait(false);
            return;
        }

        var (status, body) = recording.Answers.Respond(context.Request.Method, $"{rest}{context.Request.QueryString.Value}", Micros.Now(clock));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json;charset=utf-8";
        await context.Response.Body.WriteAsync(body).ConfigureAwait(false);
    }
}
