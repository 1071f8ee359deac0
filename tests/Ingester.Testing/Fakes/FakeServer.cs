using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Ingester.Testing.Fakes;

/// <summary>A server for in-memory sockets: each dial gives the server's end to the test.</summary>
internal sealed class FakeServer
{
    /// <summary>Maximum time that a test waits for an expected event before it fails.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<Uri> addresses = new();
    private readonly Channel<WebSocket> accepted = Channel.CreateUnbounded<WebSocket>();

    /// <summary>The number of dials.</summary>
    public int Dials { get; private set; }

    /// <summary>The addresses that were dialled, in order.</summary>
    public IReadOnlyList<Uri> Addresses => [.. addresses];

    /// <summary>The exception of the next dial; null to connect.</summary>
    public Func<Exception?> Refusal { get; set; } = () => null;

    /// <summary>The headers of the last dial, without those of the WebSocket protocol.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public Task<WebSocket> DialAsync(Uri address, IReadOnlyDictionary<string, string> headers, CancellationToken stop)
    {
        Dials++;
        Headers = headers;
        addresses.Enqueue(address);
        if (Refusal() is { } refusal)
            return Task.FromException<WebSocket>(refusal);
        var (up, down) = (new Pipe(), new Pipe());
        var server = WebSocket.CreateFromStream(new Duplex(up.Reader, down.Writer), new WebSocketCreationOptions { IsServer = true });
        accepted.Writer.TryWrite(server);
        return Task.FromResult(WebSocket.CreateFromStream(new Duplex(down.Reader, up.Writer), new WebSocketCreationOptions()));
    }

    public async Task<WebSocket> AcceptAsync() => await accepted.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    private sealed class Duplex(PipeReader reader, PipeWriter writer) : Stream
    {
        private readonly Stream input = reader.AsStream();
        private readonly Stream output = writer.AsStream();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                input.Dispose();
                output.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
