using System.Net.Sockets;

namespace Ingester.Testing.Fakes;

/// <summary>The server's side of a connection. It damages the bytes of one of its writes.</summary>
internal sealed class DamagedStream(NetworkStream inner, Harm harm, int at, int where) : Stream
{
    private int writes = int.MinValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>True once the damage was done.</summary>
    public bool IsHarmed => harm != Harm.None && writes >= at;

    /// <summary>The number of sent bytes.</summary>
    public int Sent { get; private set; }

    /// <summary>Starts counting writes.</summary>
    public void Begin() => (writes, Sent) = (0, 0);

    /// <summary>Ends the connection for the client.</summary>
    public void EndSending() => inner.Socket.Shutdown(SocketShutdown.Send);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        writes++;
        Sent += buffer.Length;
        if (harm == Harm.CutOff && writes >= at)
        {
            if (writes == at)
                await inner.WriteAsync(buffer[..(where % buffer.Length)], cancellationToken);
        }
        else if (harm == Harm.Flipped && writes == at)
        {
            var damaged = buffer.ToArray();
            damaged[^1] ^= (byte)(1 << where % 8); // the last byte of a TLS record belongs to its authentication tag: its length and type stay valid
            await inner.WriteAsync(damaged, cancellationToken);
        }
        else
        {
            await inner.WriteAsync(buffer, cancellationToken);
        }
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }
}
