using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;
using Ingester.Simulator.Model;
using Ingester.Simulator.Venues;
using Ingester.Simulator.Wire;

namespace Ingester.Simulator.Serving;

/// <summary>
/// One client. Frames are written as prepared, many per write; the framework's WebSocket only reads and answers pings. What is said while the
/// exchange is locked leaves in that order; a client that does not read fast enough is cut, as on real exchanges.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int WriteSize = 65_536;
    private readonly Channel<SharedFrame> outgoing;
    private readonly Action abort;
    private readonly CancellationTokenSource broken = new();
    private bool tearsFrame;
    private Task stall = Task.CompletedTask;

    /// <summary>A client whose handshake is not yet answered: what is said to it waits; <paramref name="abort"/> ends it at once.</summary>
    public Connection(Venue venue, ConnectionOrigin origin, Action abort)
    {
        (Venue, Origin, this.abort) = (venue, origin, abort);
        outgoing = System.Threading.Channels.Channel.CreateBounded<SharedFrame>(
            new BoundedChannelOptions(venue.Options.ConnectionQueue) { SingleReader = true });
        Messages = new(venue.Options.Limits.Messages ?? venue.Facts.Messages);
        LastSent = origin.Micros;
        NextPing = origin.Micros;
    }

    /// <summary>The exchange.</summary>
    public Venue Venue { get; }

    /// <summary>Where it comes from.</summary>
    public ConnectionOrigin Origin { get; }

    /// <summary>Its number, unique in the process.</summary>
    public long Id => Origin.Id;

    /// <summary>The path it came by.</summary>
    public string Path => Origin.Path;

    /// <summary>What it is subscribed to, by the exchange's names; null for a name that nothing is behind.</summary>
    public Dictionary<string, Model.Channel?> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The markets whose heartbeat it asked for.</summary>
    public List<SimulatedMarket> Heartbeats { get; } = [];

    /// <summary>The budget of messages that it may send.</summary>
    public RateWindow Messages { get; }

    /// <summary>When something was last sent.</summary>
    public long LastSent { get; private set; }

    /// <summary>When the next heartbeat is due.</summary>
    public long NextBeat { get; set; }

    /// <summary>When the next protocol ping is due.</summary>
    public long NextPing { get; set; }

    /// <summary>True when nothing more can be sent.</summary>
    public bool Ended { get; private set; }

    /// <summary>How many frames wait to be written.</summary>
    public int Queued => outgoing.Reader.Count;

    /// <summary>Sends a frame; false when the connection has ended, or ends now because its queue is full.</summary>
    public bool TrySend(SharedFrame frame)
    {
        if (Ended)
            return false;
        frame.Retain();
        if (outgoing.Writer.TryWrite(frame))
        {
            LastSent = Venue.Now;
            Venue.Counters.Frames++;
            return true;
        }

        frame.Release();
        Venue.SlowReader(this);
        return false;
    }

    /// <summary>Sends a text.</summary>
    public void Say(TextBuilder text)
    {
        var frame = SharedFrame.Text(text.Written);
        TrySend(frame);
        frame.Release();
    }

    /// <summary>Gives up a subscription.</summary>
    public void Unsubscribe(string name)
    {
        if (Subscriptions.Remove(name, out var channel))
            channel?.Subscribers.Remove(this);
    }

    /// <summary>Sends nothing until a task ends; then all that waited.</summary>
    public void Stall(Task until) => stall = until;

    /// <summary>
    /// Ends the connection after all that was said, without a goodbye; <paramref name="insideFrame"/> leaves half a frame at the end.
    /// </summary>
    public void Cut(bool insideFrame)
    {
        tearsFrame |= insideFrame;
        Ended = true;
        outgoing.Writer.TryComplete();
    }

    /// <summary>Ends the connection after all that was said, with a close frame.</summary>
    public void Close(ushort code, string reason)
    {
        var frame = SharedFrame.Close(code, reason);
        TrySend(frame);
        frame.Release();
        Cut(insideFrame: false);
    }

    /// <summary>
    /// Ends the connection now. What that sets off runs elsewhere, so that it does not meet the exchange in the middle of a broadcast.
    /// </summary>
    public void Abort()
    {
        Cut(insideFrame: false);
        _ = broken.CancelAsync();
    }

    /// <summary>Reads and writes, once the handshake is answered, until either side has had enough.</summary>
    public async Task RunAsync(Task<Stream> answered)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(broken.Token);
        var writing = WriteAsync(answered);
        var reading = ReadAsync(answered, stop.Token);
        await Task.WhenAny(writing, reading).ConfigureAwait(false);
        Venue.Left(this);
        await writing.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        if (broken.IsCancellationRequested)
            abort();
    }

    /// <summary>Called after <see cref="RunAsync"/>: the exchange has let go of the connection, and nobody ends it any more.</summary>
    public void Dispose() => broken.Dispose();

    private async Task WriteAsync(Task<Stream> answered)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(WriteSize);
        try
        {
            var stream = await answered.ConfigureAwait(false);
            while (await outgoing.Reader.WaitToReadAsync().ConfigureAwait(false))
                await WriteWaitingAsync(stream, buffer).ConfigureAwait(false);
            if (tearsFrame)
                await stream.WriteAsync(TornFrame, broken.Token).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client has left, or was cut: what still waits for it is given back below.
            outgoing.Writer.TryComplete();
        }

        while (outgoing.Reader.TryRead(out var frame))
            frame.Release();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>The head of a text frame of 1,000 bytes, and fewer bytes than that.</summary>
    private static ReadOnlyMemory<byte> TornFrame { get; } = new byte[] { 0x81, 126, 0x03, 0xE8, (byte)'{', (byte)'"', (byte)'e', (byte)'"' };

    private async Task WriteWaitingAsync(Stream stream, byte[] buffer)
    {
        var used = 0;
        await stall.WaitAsync(broken.Token).ConfigureAwait(false);
        while (outgoing.Reader.TryRead(out var frame))
        {
            var bytes = frame.Bytes;
            if (used + bytes.Length > buffer.Length)
            {
                await stream.WriteAsync(buffer.AsMemory(0, used), broken.Token).ConfigureAwait(false);
                used = 0;
            }

            if (bytes.Length > buffer.Length)
                await stream.WriteAsync(bytes, broken.Token).ConfigureAwait(false);
            else
            {
                bytes.CopyTo(buffer.AsMemory(used));
                used += bytes.Length;
            }

            frame.Release();
        }

        if (used > 0)
            await stream.WriteAsync(buffer.AsMemory(0, used), broken.Token).ConfigureAwait(false);
    }

    private async Task ReadAsync(Task<Stream> answered, CancellationToken stop)
    {
        var buffer = new byte[WriteSize];
        try
        {
            var stream = await answered.ConfigureAwait(false);
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
                    Venue.Leaving(this);
                    return;
                }

                Venue.Received(this, buffer.AsMemory(0, length));
            }
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has left without a goodbye, or this side has ended.
        }
    }
}

/// <summary>Where a connection comes from.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Path">The path below the exchange's own.</param>
/// <param name="Address">The client's address.</param>
/// <param name="Micros">When it came.</param>
internal sealed record ConnectionOrigin(long Id, string Path, string Address, long Micros);
