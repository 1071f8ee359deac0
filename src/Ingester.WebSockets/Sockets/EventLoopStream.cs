using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Ingester.WebSockets.Sockets;

/// <summary>
/// A connected socket as a stream. Before <see cref="AttachTo"/> it blocks, as needed for the handshakes. After that, reads complete on
/// the thread of the event loop, and writes never block: bytes that the kernel does not accept at once are queued, up to <see
/// cref="MaxUnsentBytes"/> bytes, and sent later. One read and one write at a time.
/// </summary>
internal sealed class EventLoopStream(Socket socket) : Stream, IValueTaskSource<int>
{
    /// <summary>
    /// Maximum number of unsent bytes. A peer that lets more queue up is treated as not reading; messages to an exchange are short.
    /// </summary>
    public const int MaxUnsentBytes = 1 << 20;

    private readonly Lock gate = new();
    private readonly nint handle = socket.Handle;
    private ManualResetValueTaskSourceCore<int> read; // its continuation runs inline on the loop's thread
    private Memory<byte> readBuffer;
    private bool isReadPending;
    private bool isReadable; // the loop reported it, and no read followed yet
    private bool disposed;
    private IOException? failure;
    private byte[] unsent = [];
    private int unsentLength;
    private EventLoop? loop;
    private long token;
    private uint interest;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Switches to non-blocking mode; from now on the loop reads the socket.</summary>
    public void AttachTo(EventLoop reader)
    {
        socket.Blocking = false;
        (loop, token) = (reader, reader.Add(this));
    }

    /// <summary>Shuts the socket down, from any thread: received bytes can still be read, then the end is reported.</summary>
    public void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The peer closed first; the reader gets the error.
        }
    }

    /// <summary>Reports an error of the loop: the pending read fails, and so does the next one.</summary>
    public void Fail(Exception cause)
    {
        bool waited;
        lock (gate)
        {
            failure ??= cause as IOException ?? new IOException($"Read failed: {cause.Message}", cause);
            (waited, isReadPending) = (isReadPending, false);
        }

        Shutdown();
        if (waited)
            read.SetException(failure);
    }

    /// <summary>Called by the loop when the socket is ready.</summary>
    public void OnReady(uint what)
    {
        if ((what & Epoll.Writable) != 0)
            Flush();
        if ((what & ~Epoll.Writable) == 0)
            return;
        lock (gate)
        {
            if (!isReadPending)
            {
                SetInterest(interest & ~Epoll.Readable); // no read is pending: the next read registers again
                return;
            }

            isReadPending = false;
            isReadable = true;
        }

        if (readBuffer.Length == 0) // a zero-byte read only waits for data
            read.SetResult(0);
        else if (TryReceive(readBuffer.Span) is { } taken)
            CompleteRead(taken);
        else if (!KeepWaiting())
            read.SetException(new ObjectDisposedException(nameof(EventLoopStream)));
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (loop is null)
            return new(Read(buffer.Span));
        if (isReadable && loop.IsLoopThread && buffer.Length > 0 && TryReceive(buffer.Span) is { } taken)
            return taken.Fault is null ? new(taken.Count) : ValueTask.FromException<int>(taken.Fault);
        read.Reset();
        readBuffer = buffer;
        return new(this, read.Version);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException broken)
        {
            throw ToIOException(broken);
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var rest = unsentLength == 0 ? buffer[Send(buffer)..] : buffer;
            if (rest.IsEmpty)
                return;
            if (unsentLength + rest.Length > MaxUnsentBytes)
                throw new IOException("Write failed: the peer is not reading.");
            if (unsent.Length < unsentLength + rest.Length)
                Array.Resize(ref unsent, unsentLength + rest.Length);
            rest.CopyTo(unsent.AsSpan(unsentLength));
            unsentLength += rest.Length;
            SetInterest(interest | Epoll.Writable);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends queued bytes.</summary>
    public override void Flush()
    {
        lock (gate)
        {
            if (disposed || unsentLength == 0)
                return;
            try
            {
                var sent = Send(unsent.AsSpan(0, unsentLength));
                unsent.AsSpan(sent, unsentLength - sent).CopyTo(unsent);
                unsentLength -= sent;
            }
            catch (IOException)
            {
                unsentLength = 0; // the reader gets the end of the connection
            }

            if (unsentLength > 0)
                return;
            unsent = [];
            SetInterest(interest & ~Epoll.Writable);
        }
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    int IValueTaskSource<int>.GetResult(short token) => read.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => read.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        read.OnCompleted(continuation, state, token, flags);
        if (ArmRead() is { } fault)
            read.SetException(fault);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        bool waited;
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            (waited, isReadPending) = (isReadPending, false);
            SetInterest(0);
            loop?.Remove(token);
        }

        socket.Dispose();
        if (waited)
            read.SetException(new ObjectDisposedException(nameof(EventLoopStream)));
        base.Dispose(disposing);
    }

    /// <summary>
    /// Registers the pending read with the loop. This happens only after the continuation is set, because a continuation that is set
    /// after completion would run on another thread.
    /// </summary>
    private Exception? ArmRead()
    {
        lock (gate)
        {
            if (disposed)
                return new ObjectDisposedException(nameof(EventLoopStream));
            if (failure is not null)
                return failure;
            try
            {
                SetInterest(interest | Epoll.Readable);
                isReadPending = true;
                return null;
            }
            catch (IOException refused)
            {
                return refused;
            }
        }
    }

    /// <summary>
    /// The socket had no data after all: keeps the read pending; false when the stream was disposed meanwhile without completing the
    /// read.
    /// </summary>
    private bool KeepWaiting()
    {
        lock (gate)
            return isReadPending = !disposed;
    }

    /// <summary>Receives bytes; null when there were none.</summary>
    private ReadResult? TryReceive(Span<byte> buffer)
    {
        isReadable = false;
        try
        {
            var count = socket.Receive(buffer, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => new(count, null),
                SocketError.WouldBlock => null,
                _ => new(0, ToIOException(new SocketException((int)error))),
            };
        }
        catch (ObjectDisposedException ended)
        {
            return new(0, ended);
        }
    }

    private void CompleteRead(ReadResult taken)
    {
        if (taken.Fault is null)
            read.SetResult(taken.Count);
        else
            read.SetException(taken.Fault);
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = 0;
        while (sent < bytes.Length)
        {
            var count = socket.Send(bytes[sent..], SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                break;
            if (error != SocketError.Success)
                throw ToIOException(new SocketException((int)error));
            sent += count;
        }

        return sent;
    }

    private void SetInterest(uint now)
    {
        loop?.SetInterest(handle, token, interest, now);
        interest = now;
    }

    private static IOException ToIOException(SocketException broken) => new(broken.Message, broken);

    private readonly record struct ReadResult(int Count, Exception? Fault);
}
