using System.Net.Security;
using System.Net.WebSockets;
using Ingester.Core.Exchanges;
using Ingester.Core.Handovers;
using Ingester.Core.Markets;
using Ingester.Recording.Lanes;
using Ingester.Testing.Fakes;
using Ingester.WebSockets.Frames;
using Ingester.WebSockets.Tls;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>Runs alone, because what other tests allocate would be counted too.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Messages = 50_000;

    [Fact]
    public async Task Receiving_a_message_allocates_nothing()
    {
        using var rig = new Rig();
        var lane = new CountingLane();
        var connection = rig.Connect(() => lane);
        connection.Update([FakeExchange.Stream(Dataset.Trades, "BTC-USDT")], []);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        await server.ReadAsync();
        await FloodAsync(server, lane);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await FloodAsync(server, lane);
        var perMessage = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages;
        Assert.InRange(perMessage, 0, 8); // the sending side and the pipes between are counted too
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Decrypting_a_message_allocates_nothing()
    {
        using var certificate = TestCertificate.For(TlsPair.Host);
        var (client, server) = await SocketPair.ConnectAsync();
        var (ours, theirs) = (new SwitchedStream(client), new SwitchedStream(server));
        await using var secure = new SslStream(theirs);
        var serving = secure.AuthenticateAsServerAsync(TlsPair.Server(certificate));
        await using var stream = new SslStream(ours);
        await Task.Run(() => stream.AuthenticateAsClient(TlsHandshake.CreateOptions(TlsPair.Host, (_, shown, _, _) => shown is not null)));
        await serving;
        await secure.WriteAsync(new byte[1]);
        var buffer = new byte[1 << 16];
        Assert.Equal(1, await stream.ReadAsync(buffer)); // and with it what the server said behind the handshake

        using var wire = new MemoryStream(); // from here on all is there before it is read, so that one thread reads it
        ours.Instead = theirs.Instead = wire;
        for (var i = 0; i < 2 * Messages; i++)
            await secure.WriteAsync(buffer.AsMemory(0, 300));
        wire.Position = 0;
        await ReadAsync(Messages * 300); // warm
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = ReadAsync(Messages * 299);
        Assert.True(reading.IsCompleted);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (double)Messages, 0, 2); // what a build for debugging makes of each read of many

        async ValueTask ReadAsync(int count)
        {
            while (count > 0)
                count -= await stream.ReadAsync(buffer);
        }
    }

    private static async Task FloodAsync(WebSocket server, CountingLane lane)
    {
        var message = new byte[300];
        var end = lane.Frames + Messages;
        for (var i = 0; i < Messages; i++)
            await server.SendAsync(message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await Rig.UntilAsync(() => lane.Frames == end);
    }

    private sealed class CountingLane : ILane, ILaneFeed
    {
        private int frames;

        public int Frames => Volatile.Read(ref frames);

        public void Add(IReadOnlyList<Subscription> streams)
        {
        }

        public void Remove(IReadOnlyList<Subscription> streams)
        {
        }

        public void OnMessagesLost()
        {
        }

        public void Close()
        {
        }

        public ILaneFeed OpenFeed(INoticeListener listener) => this;

        public int StalledCount => 0;

        public TakeoverReadiness Takeover => TakeoverReadiness.Ready;

        public bool Carries(Subscription stream) => true;

        public string? FindUnsubscribeMessage(Subscription stream) => null;

        public void Receive(ReadOnlySpan<byte> frame) => Interlocked.Increment(ref frames);

        public void ReceiveBuffered(IBufferedMessageSource came, int longest)
        {
            while (came.TryReadMessage(longest, out var frame))
                Receive(frame);
        }

        public void OnSubscribed(IReadOnlyList<Subscription> streams)
        {
        }

        public void Dispose()
        {
        }
    }
}
