using System.Net;
using System.Net.Sockets;
using Ingester.Testing.Fakes;
using Ingester.WebSockets.Sockets;

namespace Ingester.Tests.WebSockets.Sockets;

public sealed class EventLoopStreamTests : IDisposable
{
    private const int Sockets = 300; // more than one wake-up tells of

    private readonly EventLoop loop;

    public EventLoopStreamTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux are sockets read by a loop.");
        loop = new(TimeSpan.FromMilliseconds(0.5));
    }

    public void Dispose() => loop?.Dispose();

    [Fact]
    public async Task Data_of_many_sockets_is_received_completely_on_the_thread_of_the_loop()
    {
        var random = new Random(1);
        var pairs = await Task.WhenAll(Enumerable.Range(0, Sockets).Select(_ => ConnectAsync()));
        var sent = pairs.Select(_ => Bytes(random, random.Next(200_000))).ToList();
        var received = pairs.Select(pair => ReadAllAsync(pair.Ours)).ToList();
        await Task.WhenAll(pairs.Select((pair, index) => SendAsync(pair.Theirs, sent[index], pieces: 1 + index % 9)));
        for (var index = 0; index < Sockets; index++)
            Assert.Equal(sent[index], await received[index].WaitAsync(FakeServer.Deadline));
        End(pairs);
        Assert.Equal(0, loop.Count);
    }

    [Fact]
    public async Task An_empty_read_completes_when_data_arrives_and_consumes_nothing()
    {
        var (ours, theirs) = await ConnectAsync();
        var waits = ours.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waits.IsCompleted);
        await theirs.SendAsync((byte[])[1, 2, 3]);
        Assert.Equal(0, await waits.WaitAsync(FakeServer.Deadline));
        var bytes = new byte[9];
        Assert.Equal(3, await ours.ReadAsync(bytes.AsMemory()).AsTask().WaitAsync(FakeServer.Deadline));
        End([(ours, theirs)]);
    }

    [Fact]
    public async Task Received_bytes_can_be_read_after_the_peer_closed_and_then_the_end_is_reported()
    {
        var (ours, theirs) = await ConnectAsync();
        await theirs.SendAsync((byte[])[7]);
        Assert.Equal(0, await ours.ReadAsync(Memory<byte>.Empty).AsTask().WaitAsync(FakeServer.Deadline)); // it is here
        ours.Shutdown();
        Assert.Equal([7], await ReadAllAsync(ours).WaitAsync(FakeServer.Deadline));
        End([(ours, theirs)]);
    }

    [Fact]
    public async Task Ending_ends_a_read_that_waits()
    {
        var (ours, theirs) = await ConnectAsync();
        var waits = ours.ReadAsync(new byte[1].AsMemory()).AsTask();
        ours.Shutdown();
        Assert.Equal(0, await waits.WaitAsync(FakeServer.Deadline));
        End([(ours, theirs)]);
    }

    /// <summary>Runs an action on the thread that completes a read.</summary>
    private static void Then(ValueTask<int> read, Action action) => read.GetAwaiter().UnsafeOnCompleted(action);

    [Fact]
    public async Task Exception_on_the_loops_thread_ends_that_connection_alone()
    {
        var ((ours, theirs), (other, beside)) = (await ConnectAsync(), await ConnectAsync());
        Then(ours.ReadAsync(new byte[1].AsMemory()), () => throw new InvalidOperationException("a bug"));
        await theirs.SendAsync((byte[])[7]);
        Assert.Equal(0, await theirs.ReceiveAsync(new byte[1]).WaitAsync(FakeServer.Deadline)); // the other side is told the end
        var fault = await Assert.ThrowsAsync<IOException>(() => ours.ReadAsync(new byte[1].AsMemory()).AsTask().WaitAsync(FakeServer.Deadline));
        Assert.Contains("a bug", fault.Message, StringComparison.Ordinal);
        await beside.SendAsync((byte[])[8]);
        Assert.Equal(1, await other.ReadAsync(new byte[1].AsMemory()).AsTask().WaitAsync(FakeServer.Deadline));
        End([(ours, theirs), (other, beside)]);
    }

    [Fact]
    public async Task Disposing_ends_a_read_that_waits()
    {
        var (ours, theirs) = await ConnectAsync();
        var waits = ours.ReadAsync(new byte[1].AsMemory()).AsTask();
        await ours.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waits.WaitAsync(FakeServer.Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ours.ReadAsync(new byte[1].AsMemory()).AsTask().WaitAsync(FakeServer.Deadline));
        theirs.Dispose();
    }

    [Fact]
    public async Task A_broken_connection_is_an_io_fault()
    {
        var (ours, theirs) = await ConnectAsync();
        var waits = ours.ReadAsync(new byte[1].AsMemory()).AsTask();
        theirs.LingerState = new(enable: true, seconds: 0); // closes with a reset
        theirs.Dispose();
        await Assert.ThrowsAsync<IOException>(() => waits.WaitAsync(FakeServer.Deadline));
        await ours.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_that_the_kernel_does_not_accept_at_once_are_sent_when_the_socket_is_writable()
    {
        var (ours, theirs) = await ConnectAsync(smallBuffers: true);
        var sent = Bytes(new(2), EventLoopStream.MaxUnsentBytes / 2);
        foreach (var piece in sent.Chunk(10_000))
            ours.Write(piece); // returns although nobody reads yet
        var received = new byte[sent.Length];
        for (var at = 0; at < received.Length;)
            at += await theirs.ReceiveAsync(received.AsMemory(at)).AsTask().WaitAsync(FakeServer.Deadline);
        Assert.Equal(sent, received);
        End([(ours, theirs)]);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_causes_a_fault()
    {
        var (ours, theirs) = await ConnectAsync(smallBuffers: true);
        var broken = Assert.Throws<IOException>(() =>
        {
            for (var i = 0; i < 100; i++)
                ours.Write(new byte[EventLoopStream.MaxUnsentBytes / 4]);
        });
        Assert.Contains("the peer is not reading", broken.Message, StringComparison.Ordinal);
        End([(ours, theirs)]);
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static async Task SendAsync(Socket socket, byte[] bytes, int pieces)
    {
        foreach (var piece in bytes.Chunk(bytes.Length / pieces + 1))
            await socket.SendAsync(piece);
        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task<byte[]> ReadAllAsync(EventLoopStream stream)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        var first = true;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory()).ConfigureAwait(false);
            Assert.True(first || loop.IsLoopThread || count == 0);
            first = false;
            if (count == 0)
                return all.ToArray();
            all.Write(buffer, 0, count);
        }
    }

    private static void End(IEnumerable<(EventLoopStream Ours, Socket Theirs)> pairs)
    {
        foreach (var (ours, theirs) in pairs)
        {
            ours.Dispose();
            theirs.Dispose();
        }
    }

    private async Task<(EventLoopStream Ours, Socket Theirs)> ConnectAsync(bool smallBuffers = false)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (smallBuffers)
            listener.ReceiveBufferSize = 4096;
        listener.Listen(1);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (smallBuffers)
            socket.SendBufferSize = 4096;
        socket.Connect(listener.LocalEndPoint!);
        var theirs = await listener.AcceptAsync();
        var ours = new EventLoopStream(socket);
        ours.AttachTo(loop);
        return (ours, theirs);
    }
}
