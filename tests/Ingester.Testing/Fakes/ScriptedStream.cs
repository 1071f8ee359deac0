namespace Ingester.Testing.Fakes;

/// <summary>
/// A stream that returns given bytes in pieces of random length and then ends, or waits until it is disposed. It keeps written bytes. A deaf one refuses synchronous
/// writes, and returns no bytes before it has refused one.
/// </summary>
internal sealed class ScriptedStream(byte[] content, Random pieces, bool waits = false, bool deaf = false) : Stream
{
    private readonly ManualResetEventSlim refused = new();
    private readonly Lock gate = new();
    private readonly MemoryStream written = new();
    private readonly ManualResetEventSlim disposed = new();
    private int at;

    public byte[] Written
    {
        get
        {
            lock (gate)
                return written.ToArray();
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (deaf)
        {
            refused.Wait(FakeServer.Deadline);
            ObjectDisposedException.ThrowIf(disposed.IsSet, this);
        }

        if (at == content.Length && waits)
        {
            disposed.Wait(FakeServer.Deadline);
            throw new IOException("The stream was disposed during a read.");
        }

        var count = Math.Min(Math.Min(buffer.Length, content.Length - at), pieces.Next(1, 5_000));
        content.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (deaf)
        {
            refused.Set();
            throw new IOException("Broken pipe");
        }

        lock (gate)
            written.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (gate)
            written.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        disposed.Set();
        base.Dispose(disposing);
    }
}
