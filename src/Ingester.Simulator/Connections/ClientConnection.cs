using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Ingester.Core.Time;
using Ingester.Simulator.Frames;
using Ingester.Simulator.Model;

namespace Ingester.Simulator.Connections;

/// <summary>
/// One client. Frames are written as prepared, several per write; the framework's WebSocket only reads and answers pings. Frames that are queued
/// while the exchange is locked leave in that order. A client that does not read fast enough is disconnected, as on real exchanges.
/// </summary>
internal sealed class ClientConnection : ISubscriber, IDisposable
{
    private const int BufferBytes = 65_536;
    private readonly IConnectionOwner owner;
    private readonly ConnectionSettings settings;
    private readonly Channel<SharedFrame> outgoing;
    private readonly Action abort;
    private readonly CancellationTokenSource aborted = new();
    private bool endsInsideFrame;
    private Task stall = Task.CompletedTask;

    /// <summary>
    /// A client whose handshake is not answered yet: its frames are queued. <paramref name="abort"/> closes the connection at once.
    /// </summary>
    public ClientConnection(IConnectionOwner owner, ConnectionSettings settings, ConnectionOrigin origin, Action abort)
    {
        (this.owner, this.settings, Origin, this.abort) = (owner, settings, origin, abort);
        outgoing = Channel.CreateBounded<SharedFrame>(new BoundedChannelOptions(settings.MaxQueuedFrames) { SingleReader = true });
        MessageLimit = new(settings.MessageLimit);
        LastSent = origin.Micros;
        NextPing = origin.Micros;
    }

    /// <summary>The origin of the connection.</summary>
    public ConnectionOrigin Origin { get; }

    /// <summary>The connection id, unique in the process.</summary>
    public long Id => Origin.Id;

    /// <summary>The request path.</summary>
    public string Path => Origin.Path;

    /// <summary>The subscriptions, by the exchange's names; null for names without a channel.</summary>
    public Dictionary<string, StreamChannel?> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The markets with a heartbeat subscription.</summary>
    public List<SimulatedMarket> HeartbeatMarkets { get; } = [];

    /// <summary>The rate limit of messages from the client.</summary>
    public SlidingRateLimit MessageLimit { get; }

    /// <summary>Time of the last sent frame.</summary>
    public long LastSent { get; private set; }

    /// <summary>Due time of the next heartbeat.</summary>
    public long NextHeartbeat { get; set; }

    /// <summary>Due time of the next protocol ping.</summary>
    public long NextPing { get; set; }

    /// <summary>True when nothing can be sent any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Number of queued frames.</summary>
    public int QueuedFrames => outgoing.Reader.Count;

    /// <summary>Queues a frame. Returns false when the connection is closed, or is closed now because its queue is full.</summary>
    public bool TrySend(SharedFrame frame)
    {
        if (IsClosed)
            return false;
        frame.Retain();
        if (outgoing.Writer.TryWrite(frame))
        {
            LastSent = Micros.Now(settings.Clock);
            settings.Counters.Frames++;
            return true;
        }

        frame.Release();
        owner.OnSlowReader(this);
        return false;
    }

    /// <summary>Sends a text message.</summary>
    public void SendText(Utf8Builder text)
    {
        var frame = SharedFrame.Text(text.Written);
        TrySend(frame);
        frame.Release();
    }

    /// <summary>Subscribes to a channel; a name without a channel is kept as well.</summary>
    public void Subscribe(string name, StreamChannel? channel)
    {
        if (Subscriptions.TryAdd(name, channel))
            channel?.Subscribe(this);
    }

    /// <summary>Removes a subscription.</summary>
    public void Unsubscribe(string name)
    {
        if (Subscriptions.Remove(name, out var channel))
            channel?.Subscribers.Remove(this);
    }

    /// <summary>Sends nothing until the task completes; queued frames are sent afterwards.</summary>
    public void StallUntil(Task until) => stall = until;

    /// <summary>
    /// Ends the connection after all queued frames, without a close frame; with <paramref name="insideFrame"/> the last frame is incomplete.
    /// </summary>
    public void Cut(bool insideFrame)
    {
        endsInsideFrame |= insideFrame;
        IsClosed = true;
        outgoing.Writer.TryComplete();
    }

    /// <summary>Ends the connection with a close frame after all queued frames.</summary>
    public void Close(ushort code, string reason)
    {
        var frame = SharedFrame.Close(code, reason);
        TrySend(frame);
        frame.Release();
        Cut(insideFrame: false);
    }

    /// <summary>
    /// Ends the connection now. The continuations run on another thread, so that they do not enter the exchange during a broadcast.
    /// </summary>
    public void Abort()
    {
        Cut(insideFrame: false);
        _ = aborted.CancelAsync();
    }

    /// <summary>Reads and writes after the handshake was answered, until one side ends the connection.</summary>
    public async Task RunAsync(Task<Stream> upgraded)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted.Token);
        var writing = WriteAsync(upgraded);
        var reading = ReadAsync(upgraded, stop.Token);
        await Task.WhenAny(writing, reading).ConfigureAwait(false);
        owner.OnDisconnected(this);
        await writing.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        if (aborted.IsCancellationRequested)
            abort();
    }

    /// <summary>Called after <see cref="RunAsync"/>, when the exchange does not refer to the connection any more.</summary>
    public void Dispose() => aborted.Dispose();

    private async Task WriteAsync(Task<Stream> upgraded)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var stream = await upgraded.ConfigureAwait(false);
            while (await outgoing.Reader.WaitToReadAsync().ConfigureAwait(false))
                await WriteQueuedAsync(stream, buffer).ConfigureAwait(false);
            if (endsInsideFrame)
                await stream.WriteAsync(PartialFrame, aborted.Token).ConfigureAwait(false);
        }
        catch (Exception disconnected) when (disconnected is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client has disconnected or was cut: the queued frames are released below.
            outgoing.Writer.TryComplete();
        }

        while (outgoing.Reader.TryRead(out var frame))
            frame.Release();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The header of a text frame of 1,000 bytes, followed by fewer bytes.</summary>
    private static ReadOnlyMemory<byte> PartialFrame { get; } = new byte[] { 0x81, 126, 0x03, 0xE8, (byte)'{', (byte)'"', (byte)'e', (byte)'"' };

    private async Task WriteQueuedAsync(Stream stream, byte[] buffer)
    {
        var used = 0;
        await stall.WaitAsync(aborted.Token).ConfigureAwait(false);
        while (outgoing.Reader.TryRead(out var frame))
        {
            var bytes = frame.Bytes;
            if (used + bytes.Length > buffer.Length)
            {
                await stream.WriteAsync(buffer.AsMemory(0, used), aborted.Token).ConfigureAwait(false);
                used = 0;
            }

            if (bytes.Length > buffer.Length)
                await stream.WriteAsync(bytes, aborted.Token).ConfigureAwait(false);
            else
            {
                bytes.CopyTo(buffer.AsMemory(used));
                used += bytes.Length;
            }

            frame.Release();
        }

        if (used > 0)
            await stream.WriteAsync(buffer.AsMemory(0, used), aborted.Token).ConfigureAwait(false);
    }

    private async Task ReadAsync(Task<Stream> upgraded, CancellationToken stop)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            var stream = await upgraded.ConfigureAwait(false);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length)
                        return;
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), stop).ConfigureAwait(false);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    owner.OnCloseReceived(this);
                    return;
                }

                owner.OnMessage(this, buffer.AsMemory(0, length));
            }
        }
        catch (Exception disconnected) when (disconnected is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client disconnected without a close frame, or this side ended the connection.
        }
    }
}
