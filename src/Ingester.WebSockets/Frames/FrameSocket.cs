using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text;

namespace Ingester.WebSockets.Frames;

/// <summary>
/// The client side of a WebSocket (RFC 6455, without extensions). All frames in the receive buffer are returned without a wait.
/// After a wait, the reader continues on the thread that completed the stream's read. Text is not validated as UTF-8 here; decoders
/// do that.
/// </summary>
internal sealed class FrameSocket : WebSocket, IBufferedMessageSource
{
    private readonly Stream stream;
    private readonly Action abortRead;
    private readonly KeepAliveMonitor keepAlive;
    private readonly FrameSender sender;
    private readonly byte[] buffer;
    private int start;
    private int filled;
    private long payloadLeft; // bytes of the present frame that are not returned yet
    private long messageLength; // length of the present fragmented message, by the headers so far
    private bool isFinalFrame;
    private FrameOpcode? messageOpcode; // opcode of the present fragmented message; null between messages
    private CancellationToken registeredToken;
    private CancellationTokenRegistration registration;
    private WebSocketCloseStatus? closeStatus;
    private string? closeDescription;
    private volatile WebSocketState state = WebSocketState.Open;

    /// <summary>Creates the socket after the handshake.</summary>
    /// <param name="stream">The connection, with TLS where it is used.</param>
    /// <param name="abortRead">Ends a pending read; may be called at any time, by any thread.</param>
    /// <param name="received">Bytes that were received with the response of the handshake.</param>
    /// <param name="keepAlive">Sends pings and aborts the socket when the server does not answer.</param>
    public FrameSocket(Stream stream, Action abortRead, ReadOnlyMemory<byte> received, KeepAliveMonitor keepAlive)
    {
        (this.stream, this.abortRead, this.keepAlive) = (stream, abortRead, keepAlive);
        sender = new(stream);
        buffer = GC.AllocateUninitializedArray<byte>(Math.Max(keepAlive.BufferSize, received.Length));
        received.CopyTo(buffer);
        filled = received.Length;
        keepAlive.Start(this);
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
        abortRead();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        keepAlive.Dispose();
        registration.Dispose();
        Abort();
        sender.Dispose();
    }

    /// <inheritdoc/>
    public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken != registeredToken)
            RegisterCancellation(cancellationToken);
        return TryReceive(buffer.Span, out var received) ? new(received) : ReadMoreAsync(buffer, cancellationToken);
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
            throw new WebSocketException(WebSocketError.InvalidState, $"A message cannot be sent while the connection is {state}.");
        sender.SendMessagePart(messageType, endOfMessage, buffer.Span);
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
        sender.Send(FrameOpcode.Close, final: true, [(byte)((int)closeStatus >> 8), (byte)closeStatus, .. words]);
        state = state == WebSocketState.CloseReceived ? WebSocketState.Closed : WebSocketState.CloseSent;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        await CloseOutputAsync(closeStatus, statusDescription, cancellationToken);
        while (state == WebSocketState.CloseSent)
            await ReceiveAsync(new byte[FrameHeader.MaxControlPayload].AsMemory(), cancellationToken);
    }

    /// <inheritdoc/>
    public bool TryReadMessage(int maxLength, out ReadOnlySpan<byte> message)
    {
        message = default;
        var unread = buffer.AsSpan(start, filled - start);
        if (this.messageOpcode is not null || !FrameHeader.TryRead(unread, out var header))
            return false;
        if (header is not { Opcode: FrameOpcode.Text or FrameOpcode.Binary, IsFinal: true } || header.PayloadLength > maxLength || header.HeaderSize + header.PayloadLength > unread.Length)
            return false;
        message = unread.Slice(header.HeaderSize, (int)header.PayloadLength);
        start += header.HeaderSize + message.Length;
        return true;
    }

    /// <summary>Sends a ping.</summary>
    public void Ping()
    {
        if (state == WebSocketState.Open)
            sender.Send(FrameOpcode.Ping, final: true, []);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ValueWebSocketReceiveResult> ReadMoreAsync(Memory<byte> target, CancellationToken cancellation)
    {
        try
        {
            ValueWebSocketReceiveResult received;
            do
            {
                var count = await stream.ReadAsync(FreeSpace(), CancellationToken.None);
                if (count == 0)
                    throw new EndOfStreamException();
                filled += count;
                keepAlive.RecordActivity();
            }
            while (!TryReceive(target.Span, out received));

            return received;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or AuthenticationException)
        {
            cancellation.ThrowIfCancellationRequested();
            state = WebSocketState.Aborted;
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, keepAlive.AbortReason ?? "The connection ended without a close frame.", broken);
        }
    }

    /// <summary>Returns data from the buffer; false when more bytes must be read.</summary>
    private bool TryReceive(Span<byte> target, out ValueWebSocketReceiveResult received)
    {
        received = default;
        while (payloadLeft == 0)
        {
            if (!FrameHeader.TryRead(buffer.AsSpan(start, filled - start), out var header))
                return false;
            if (header.IsControl)
            {
                if (filled - start < header.HeaderSize + header.PayloadLength)
                    return false;
                if (!HandleControlFrame(header))
                    continue;
                received = new(0, WebSocketMessageType.Close, endOfMessage: true);
                return true;
            }

            if (messageOpcode is null == header.Opcode is FrameOpcode.Continuation)
                throw FrameHeader.ProtocolViolation(messageOpcode is null ? "is a continuation of no message" : "begins a message before the last one has ended");
            if (messageOpcode is null)
                messageLength = 0;
            if (header.PayloadLength > keepAlive.MaxMessage - messageLength)
                throw FrameHeader.Oversized((ulong)messageLength + (ulong)header.PayloadLength, keepAlive.MaxMessage);
            messageLength += header.PayloadLength;
            start += header.HeaderSize;
            messageOpcode ??= header.Opcode;
            (payloadLeft, isFinalFrame) = (header.PayloadLength, header.IsFinal);
            if (payloadLeft > 0)
                continue;
            received = CreateResult(0);
            return true;
        }

        if (start == filled)
            return false;
        var count = (int)Math.Min(Math.Min(payloadLeft, target.Length), filled - start);
        buffer.AsSpan(start, count).CopyTo(target);
        start += count;
        payloadLeft -= count;
        received = CreateResult(count);
        return true;
    }

    private ValueWebSocketReceiveResult CreateResult(int count)
    {
        var type = messageOpcode == FrameOpcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        var ends = payloadLeft == 0 && isFinalFrame;
        if (ends)
            messageOpcode = null;
        return new(count, type, ends);
    }

    /// <summary>Answers a ping and ignores a pong; returns true for a close frame.</summary>
    private bool HandleControlFrame(FrameHeader header)
    {
        var content = buffer.AsSpan(start + header.HeaderSize, (int)header.PayloadLength);
        start += header.HeaderSize + (int)header.PayloadLength;
        if (header.Opcode == FrameOpcode.Ping && state == WebSocketState.Open)
            SendPong(content);
        if (header.Opcode != FrameOpcode.Close)
            return false;
        if (content.Length == 1)
            throw FrameHeader.ProtocolViolation("is a close frame with a payload of one byte");
        closeStatus = content.Length == 0 ? WebSocketCloseStatus.Empty : (WebSocketCloseStatus)(content[0] << 8 | content[1]);
        if (content.Length > 0 && (int)closeStatus is (< 1000 or > 4999))
            throw FrameHeader.ProtocolViolation($"is a close frame with the invalid status {(int)closeStatus}");
        closeDescription = content.Length == 0 ? null : Encoding.UTF8.GetString(content[2..]);
        state = state == WebSocketState.CloseSent ? WebSocketState.Closed : WebSocketState.CloseReceived;
        return true;
    }

    /// <summary>
    /// Answers a ping. If the peer does not read any more, the frames that it has sent are still received; the read then reports the
    /// end.
    /// </summary>
    private void SendPong(ReadOnlySpan<byte> content)
    {
        try
        {
            sender.Send(FrameOpcode.Pong, final: true, content);
        }
        catch (WebSocketException)
        {
            // The next reads return what was received and then the end.
        }
    }

    /// <summary>Returns free space at the end of the buffer. When there is none, unread bytes are moved to the front.</summary>
    private Memory<byte> FreeSpace()
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

    private void RegisterCancellation(CancellationToken token)
    {
        registration.Dispose();
        registeredToken = token;
        registration = token.UnsafeRegister(static self => ((FrameSocket)self!).Abort(), this);
    }
}
