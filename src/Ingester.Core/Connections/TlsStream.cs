using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace Ingester.Core.Connections;

/// <summary>
/// TLS over a stream, which decrypts all that came together in one go: .NET's own asks OpenSSL five times for each record, and many exchanges send a record per
/// message. A decision on why stands in docs/adr/0009. One read and one write at a time; a read ends on the thread on which the inner stream's does.
/// </summary>
internal sealed class TlsStream : Stream
{
    private const int ReadAtOnce = 1 << 14; // as much as the longest record

    private readonly Stream inner;
    private readonly NativeTls tls;
    private readonly Lock gate = new();
    private readonly byte[] came = GC.AllocateUninitializedArray<byte>(ReadAtOnce);
    private bool wantsMore; // nothing can be decrypted before more comes
    private bool disposed;

    private TlsStream(Stream inner, string host) => (this.inner, tls) = (inner, new(host));

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

    /// <summary>Shakes hands, which blocks, and looks at the certificate.</summary>
    /// <param name="inner">What the encrypted bytes go over; it ends with this stream.</param>
    /// <param name="host">The host that the certificate must be for.</param>
    /// <param name="takes">Judges the certificates that are shown, and whether the first is for the host, see <see cref="CertificateCheck"/>.</param>
    /// <exception cref="AuthenticationException">The other side does not speak TLS as it should, or its certificate is not taken.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static TlsStream Connect(Stream inner, string host, Func<IReadOnlyList<byte[]>, bool, bool> takes)
    {
        var stream = new TlsStream(inner, host);
        try
        {
            stream.Shake();
            return takes(stream.tls.Certificates(), stream.tls.IsFor(host)) ? stream : throw new AuthenticationException($"The certificate of {host} is not taken.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return 0;
        int count;
        while ((count = Decrypt(buffer.Span)) == 0 && !tls.HasEnded)
            if (!Put(await inner.ReadAsync(came.AsMemory(), cancellationToken).ConfigureAwait(false)))
                return 0;
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        int count;
        while ((count = Decrypt(buffer)) == 0 && !tls.HasEnded)
            if (!Put(inner.Read(came)))
                return 0;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (gate)
        {
            Check();
            var written = tls.Write(buffer);
            Check();
            if (!written)
                throw new IOException("Nothing can be sent while TLS waits for the exchange.");
            Send();
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

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            tls.Dispose();
        }

        inner.Dispose(); // ends a read that waits
        base.Dispose(disposing);
    }

    private void Shake()
    {
        while (!tls.Shake())
        {
            Answer();
            Check();
            if (tls.HasEnded || !Put(inner.Read(came)))
                throw new IOException("The exchange ended the connection before TLS was agreed on.");
        }

        Send();
    }

    /// <summary>What can be decrypted of what came; zero when more must come.</summary>
    private int Decrypt(Span<byte> buffer)
    {
        lock (gate)
        {
            Check(); // what went wrong after bytes that were still right
            if (wantsMore)
                return 0;
            var count = tls.Read(buffer);
            wantsMore = count < buffer.Length;
            Answer();
            if (count == 0)
                Check();
            return count;
        }
    }

    /// <summary>Takes up what came of the encrypted bytes; false when that is their end.</summary>
    private bool Put(int count)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            tls.Put(came.AsSpan(0, count));
            wantsMore = false;
            return count > 0;
        }
    }

    /// <summary>
    /// Sends what TLS itself has to say, such as an alert. Where the other side takes nothing any more, what it has sent is still read: the end of that says so.
    /// </summary>
    private void Answer()
    {
        try
        {
            Send();
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // The end of what can be read follows.
        }
    }

    private void Send()
    {
        if (tls.Take() is { Length: > 0 } bytes)
            inner.Write(bytes);
    }

    private void Check()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (tls.Fault is { } fault)
            throw new AuthenticationException($"What the exchange sends is not TLS as it should be: {fault}");
    }
}
