using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace Ingester.WebSockets.Frames;

/// <summary>
/// The client's side of a WebSocket (RFC 6455, no extensions). Frames that came together are taken out of one buffer without waiting in between, and a wait
/// ends on the thread on which the stream's read does. Texts are not checked to be UTF-8: decoders do.
/// </summary>
internal sealed class FrameSocket : WebSocket, IMessageSource
{
    private const int MaskBit = 0x80;
    private const int FinalBit = 0x80;
    private const int MaskSize = 4;

    private readonly Stream stream;
    private readonly Action end;
    private readonly FramePulse pulse;
    private readonly Lock sending = new();
    private readonly byte[] buffer;
    private int start;
    private int filled;
    private long payload; // of the frame that is being read
    private long announced; // of the message whose parts come, by the headers so far
    private bool final;
    private FrameKind? message; // the kind of the message whose parts come
    private bool sendContinues;
    private CancellationToken watched;
    private CancellationTokenRegistration watching;
    private WebSocketCloseStatus? closeStatus;
    private string? closeDescription;
    private volatile WebSocketState state = WebSocketState.Open;

    /// <summary>Takes a connection over whose handshake is done.</summary>
    /// <param name="stream">Where bytes come and go.</param>
    /// <param name="end">Ends a read that waits; may be called at any time, by any thread.</param>
    /// <param name="ahead">Bytes that came with the handshake.</param>
    /// <param name="pulse">How often the other side is asked whether it lives.</param>
    public FrameSocket(Stream stream, Action end, ReadOnlyMemory<byte> ahead, FramePulse pulse)
    {
        (this.stream, this.end, this.pulse) = (stream, end, pulse);
        buffer = GC.AllocateUninitializedArray<byte>(Math.Max(pulse.BufferSize, ahead.Length));
        ahead.CopyTo(buffer);
        filled = ahead.Length;
        pulse.Begin(this);
    }

    /// <inheritdoc/>
    public override WebSocketCloseStatus? CloseStatus => closeStatus;

    /// <inheritdoc/>
    public override string? CloseStatusDescription => closeDescription;

    /// <inheritdoc/>
    public override WebSocketState State => state;

    /// <inheritdoc/>
    public override string? SubProtocol => null;

    /// <inheritdoc/>
    public override void Abort()
    {
        if (state is not WebSocketState.Closed)
            state = WebSocketState.Aborted;
        end();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        pulse.Dispose();
        watching.Dispose();
        Abort();
        lock (sending)
            stream.Dispose(); // not while a ping is being written
    }

    /// <inheritdoc/>
    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken != watched)
            Watch(cancellationToken);
        return TryReceive(buffer.Span, out var received) ? new(received) : WaitAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var received = await ReceiveAsync(buffer.AsMemory(), cancellationToken);
        return new(received.Count, received.MessageType, received.EndOfMessage, closeStatus, closeDescription);
    }

    /// <inheritdoc/>
    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (state is not (WebSocketState.Open or WebSocketState.CloseReceived))
            throw new WebSocketException(WebSocketError.InvalidState, $"Nothing can be sent on a connection that is {state}.");
        var kind = sendContinues ? FrameKind.Continuation : messageType == WebSocketMessageType.Text ? FrameKind.Text : FrameKind.Binary;
        sendContinues = !endOfMessage;
        Send(kind, endOfMessage, buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var words = Encoding.UTF8.GetBytes(statusDescription ?? "");
        Send(FrameKind.Close, final: true, [(byte)((int)closeStatus >> 8), (byte)closeStatus, .. words]);
        state = state == WebSocketState.CloseReceived ? WebSocketState.Closed : WebSocketState.CloseSent;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await CloseOutputAsync(closeStatus, statusDescription, cancellationToken);
        while (state == WebSocketState.CloseSent)
            await ReceiveAsync(new byte[FrameHeader.LongestControl].AsMemory(), cancellationToken);
    }

    /// <inheritdoc/>
    public bool TryTake(int longest, out ReadOnlySpan<byte> message)
    {
        message = default;
        var unread = buffer.AsSpan(start, filled - start);
        if (this.message is not null || !FrameHeader.TryRead(unread, out var header))
            return false;
        if (header is not { Kind: FrameKind.Text or FrameKind.Binary, Final: true } || header.Length > longest || header.Size + header.Length > unread.Length)
            return false;
        message = unread.Slice(header.Size, (int)header.Length);
        start += header.Size + message.Length;
        return true;
    }

    /// <summary>Asks the other side whether it lives.</summary>
    public void Ping()
    {
        if (state == WebSocketState.Open)
            Send(FrameKind.Ping, final: true, []);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ValueWebSocketReceiveResult> WaitAsync(Memory<byte> target, CancellationToken cancellation)
    {
        try
        {
            ValueWebSocketReceiveResult received;
            do
            {
                var count = await stream.ReadAsync(Room(), CancellationToken.None);
                if (count == 0)
                    throw new EndOfStreamException();
                filled += count;
                pulse.Heard();
            }
            while (!TryReceive(target.Span, out received));

            return received;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or AuthenticationException)
        {
            cancellation.ThrowIfCancellationRequested();
            state = WebSocketState.Aborted;
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, pulse.Missed ?? "The exchange did not end the connection as it should.", broken);
        }
    }

    /// <summary>Takes what is there; false when more bytes are needed.</summary>
    private bool TryReceive(Span<byte> target, out ValueWebSocketReceiveResult received)
    {
        received = default;
        while (payload == 0)
        {
            if (!FrameHeader.TryRead(buffer.AsSpan(start, filled - start), out var header))
                return false;
            if (header.IsControl)
            {
                if (filled - start < header.Size + header.Length)
                    return false;
                if (!Control(header))
                    continue;
                received = new(0, WebSocketMessageType.Close, endOfMessage: true);
                return true;
            }

            if (message is null == header.Kind is FrameKind.Continuation)
                throw FrameHeader.Broken(message is null ? "continues a message that has not begun" : "begins a message within another");
            if (message is null)
                announced = 0;
            if (header.Length > pulse.MaxMessage - announced)
                throw FrameHeader.Oversized((ulong)announced + (ulong)header.Length, pulse.MaxMessage);
            announced += header.Length;
            start += header.Size;
            message ??= header.Kind;
            (payload, final) = (header.Length, header.Final);
            if (payload > 0)
                continue;
            received = Result(0);
            return true;
        }

        if (start == filled)
            return false;
        var count = (int)Math.Min(Math.Min(payload, target.Length), filled - start);
        buffer.AsSpan(start, count).CopyTo(target);
        start += count;
        payload -= count;
        received = Result(count);
        return true;
    }

    private ValueWebSocketReceiveResult Result(int count)
    {
        var type = message == FrameKind.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        var ends = payload == 0 && final;
        if (ends)
            message = null;
        return new(count, type, ends);
    }

    /// <summary>Answers a ping, takes a pong for granted; true when the other side ends the connection.</summary>
    private bool Control(FrameHeader header)
    {
        var content = buffer.AsSpan(start + header.Size, (int)header.Length);
        start += header.Size + (int)header.Length;
        if (header.Kind == FrameKind.Ping && state == WebSocketState.Open)
            Answer(content);
        if (header.Kind != FrameKind.Close)
            return false;
        if (content.Length == 1)
            throw FrameHeader.Broken("closes with half a reason");
        closeStatus = content.Length == 0 ? WebSocketCloseStatus.Empty : (WebSocketCloseStatus)(content[0] << 8 | content[1]);
        if (content.Length > 0 && (int)closeStatus is (< 1000 or > 4999))
            throw FrameHeader.Broken($"closes with the reason {(int)closeStatus}, which there is not");
        closeDescription = content.Length == 0 ? null : Encoding.UTF8.GetString(content[2..]);
        state = state == WebSocketState.CloseSent ? WebSocketState.Closed : WebSocketState.CloseReceived;
        return true;
    }

    /// <summary>Answers a ping. Where the other side takes nothing any more, what it has sent is still read: the end of that says so.</summary>
    private void Answer(ReadOnlySpan<byte> content)
    {
        try
        {
            Send(FrameKind.Pong, final: true, content);
        }
        catch (WebSocketException)
        {
            // The end of what can be read follows.
        }
    }

    /// <summary>Where more bytes go. What is not yet read moves to the front when there is no room behind it.</summary>
    private Memory<byte> Room()
    {
        if (start == filled)
        {
            start = filled = 0;
        }
        else if (filled == buffer.Length)
        {
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
        }

        return buffer.AsMemory(filled);
    }

    private void Send(FrameKind kind, bool final, ReadOnlySpan<byte> content)
    {
        var size = content.Length <= FrameHeader.LongestControl ? 2 : content.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[size + MaskSize + content.Length];
        frame[0] = (byte)((final ? FinalBit : 0) | (int)kind);
        frame[1] = (byte)(MaskBit | (size == 2 ? content.Length : size == 4 ? 126 : 127));
        for (var i = 2; i < size; i++)
            frame[i] = (byte)((long)content.Length >> (8 * (size - 1 - i)));
        var mask = frame.AsSpan(size, MaskSize);
        RandomNumberGenerator.Fill(mask); // as the protocol asks: nobody must be able to choose the bytes on the wire
        for (var i = 0; i < content.Length; i++)
            frame[size + MaskSize + i] = (byte)(content[i] ^ mask[i % MaskSize]);
        try
        {
            lock (sending)
                stream.Write(frame);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            // Not aborted: what the exchange has sent is still read to its end.
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "The exchange takes nothing any more.", broken);
        }
    }

    private void Watch(CancellationToken token)
    {
        watching.Dispose();
        watched = token;
        watching = token.UnsafeRegister(static self => ((FrameSocket)self!).Abort(), this);
    }
}
