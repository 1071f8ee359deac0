using System.Net.Security;
using System.Net.WebSockets;
using Ingester.Core.Connections;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Tests.Connections.Fakes;

namespace Ingester.Core.Tests.Connections;

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
        var context = rig.Context with { LaneFactory = () => lane };
        using var budgets = context.NewBudgets();
        var connection = new Connection(1, rig.Exchange.Profile.Datasets[0].Endpoint, new(context, budgets));
        connection.Change([FakeExchange.Stream(Dataset.Trades, "BTC-USDT")], []);
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
        Assert.SkipUnless(NativeTls.IsHere, "This system has no OpenSSL 3.");
        using var certificate = TestCertificate.For("exchange.test");
        var (client, server) = await SocketPair.ConnectAsync();
        await using var secure = new SslStream(server);
        var serving = secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        await using var stream = await Task.Run(() => TlsStream.Connect(client, "exchange.test", (shown, _) => shown.Count > 0));
        await serving;
        await FloodAsync(secure, stream);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await FloodAsync(secure, stream);
        var perMessage = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages;
        Assert.InRange(perMessage, 0, 8); // the sending side is counted too
    }

    private static async Task FloodAsync(SslStream server, TlsStream client)
    {
        var sending = Task.Run(async () =>
        {
            var message = new byte[300];
            for (var i = 0; i < Messages; i++)
                await server.WriteAsync(message);
        });
        var buffer = new byte[1 << 16];
        for (var left = Messages * 300; left > 0;)
            left -= await client.ReadAsync(buffer);
        await sending;
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

        public ILaneFeed Open(INoticeListener listener) => this;

        public int Stalled => 0;

        public Takeover Takeover => Takeover.Ready;

        public bool Carries(Subscription stream) => true;

        public void Receive(ReadOnlySpan<byte> frame) => Interlocked.Increment(ref frames);

        public void ReceiveRest(IMessageSource came, int longest)
        {
            while (came.TryTake(longest, out var frame))
                Receive(frame);
        }

        public void Subscribed(IReadOnlyList<Subscription> streams)
        {
        }

        public void Dispose()
        {
        }
    }
}
