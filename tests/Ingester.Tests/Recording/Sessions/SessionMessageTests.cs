using System.Net.WebSockets;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Recording.Configuration;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Sessions;

/// <summary>Messages that only some exchanges have: the first ones of a connection, replies, unsubscriptions by channel id, compressed messages.</summary>
public sealed class SessionMessageTests
{
    private static readonly Subscription Btc = FakeExchange.Stream(Dataset.Trades, "BTC-USDT");
    private static readonly Subscription Eth = FakeExchange.Stream(Dataset.Trades, "ETH-USDT");

    [Fact]
    public async Task Opening_messages_are_sent_first_and_in_order_on_each_connection()
    {
        using var rig = With(profile => profile with { OpeningMessages = ["conf", "heartbeats"] });
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        for (var connection = 0; connection < 2; connection++)
        {
            var server = await rig.Server.AcceptAsync();
            foreach (var message in new[] { "conf", "heartbeats", "+1 trades:BTCUSDT" })
                Assert.Equal(message, await server.ReadAsync());
            server.Abort();
        }

        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Opening_messages_count_against_the_limit_of_messages()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var rig = With(profile => profile with { OpeningMessages = ["conf"], MessageLimit = new(1, TimeSpan.FromSeconds(60)) }, clock: clock);
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("conf", await server.ReadAsync());
        Assert.Equal("+1 trades:BTCUSDT", await rig.AdvanceUntilAsync(server.ReadAsync()));
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= TimeSpan.FromSeconds(60));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Replies_that_the_exchange_expects_are_sent_in_order_with_their_exact_text()
    {
        using var rig = new Rig();
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("""expects {"method":"public/test","é":1}""");
        Assert.Equal("""{"method":"public/test","é":1}""", await server.ReadAsync());
        for (var number = 0; number < 5; number++)
            await server.SayAsync($"expects pong {number}");
        for (var number = 0; number < 5; number++)
            Assert.Equal($"pong {number}", await server.ReadAsync());
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Of_more_replies_than_may_be_sent_the_newest_are_kept()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var rig = With(profile => profile with { MessageLimit = new(1, TimeSpan.FromSeconds(1)) }, clock: clock);
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        for (var number = 1; number <= 100; number++)
            await server.SayAsync($"expects {number}");
        await server.SayAsync("end");
        while (await lane.NextAsync() != "frame end")
        {
            // The session has not received all of them.
        }

        var sent = new List<int>();
        do
            sent.Add(int.Parse(await rig.AdvanceUntilAsync(server.ReadAsync()), System.Globalization.CultureInfo.InvariantCulture));
        while (sent[^1] < 100);
        Assert.Equal(Enumerable.Range(85, 16), sent.TakeLast(16));
        Assert.InRange(sent.Count, 16, 17); // one was taken before the clock stopped it
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Unsubscription_names_the_channel_id_where_the_connection_has_one()
    {
        using var rig = new Rig();
        var connection = rig.Connect(Btc);
        var run = connection.RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        lane.UnsubscribeMessage = stream => stream == Btc ? "unsubscribe channel 17" : null;
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        connection.Update([Eth], []);
        Assert.Equal("+2 trades:ETHUSDT", await server.ReadAsync());
        connection.Update([], [Btc]);
        Assert.Equal("unsubscribe channel 17", await server.ReadAsync());
        connection.Update([], [Eth]);
        Assert.Equal("-4 trades:ETHUSDT", await server.ReadAsync());
        connection.Update([Btc], []);
        Assert.Equal("+5 trades:BTCUSDT", await server.ReadAsync()); // a subscription never does
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Compressed_message_is_decompressed_and_a_text_is_received_as_it_is()
    {
        foreach (var form in new[] { BinaryFrames.Gzip, BinaryFrames.Deflate })
        {
            using var rig = With(profile => profile with { BinaryFrames = form });
            var connection = rig.Connect(Btc);
            var run = connection.RunAsync(rig.Stop.Token);
            var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
            Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
            await server.SayBinaryAsync(form == BinaryFrames.Gzip ? Compressed.Gzip("ok 1"u8) : Compressed.Deflate("ok 1"u8));
            await server.SayAsync("a text");
            foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "frame ok 1", "subscribed Trades:BTC-USDT", "frame a text" })
                Assert.Equal(happened, await lane.NextAsync());
            server.Abort();
            await rig.StopAsync(run);
        }
    }

    [Fact]
    public async Task Compressed_message_in_parts_is_one_message()
    {
        using var rig = With(profile => profile with { BinaryFrames = BinaryFrames.Gzip });
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        var message = Compressed.Gzip("two parts"u8);
        await server.SendAsync(message.AsMemory(0, 7), WebSocketMessageType.Binary, endOfMessage: false, CancellationToken.None);
        await server.SendAsync(message.AsMemory(7), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "frame two parts" })
            Assert.Equal(happened, await lane.NextAsync());
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Damaged_or_too_large_message_reaches_the_lane_as_it_is_and_the_connection_lives()
    {
        const int MaxMessage = 50_000;
        using var rig = With(profile => profile with { BinaryFrames = BinaryFrames.Gzip }, new() { BackoffBase = TimeSpan.FromMilliseconds(1), MaxMessage = MaxMessage });
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("add Trades:BTC-USDT", await lane.NextAsync());
        Assert.Equal("open", await lane.NextAsync());
        await server.SayBinaryAsync("not compressed"u8.ToArray());
        Assert.Equal("frame not compressed", await lane.NextAsync());
        await server.SayBinaryAsync(Compressed.Gzip(new byte[MaxMessage + 1]));
        Assert.NotEqual($"frame of {MaxMessage + 1}", await lane.NextAsync());
        await server.SayBinaryAsync(Compressed.Gzip(new byte[MaxMessage]));
        Assert.Equal($"frame of {MaxMessage}", await lane.NextAsync());
        Assert.Equal((1, 0), (rig.Server.Dials, rig.Meter.ConnectionsLost.Total));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Damaged_message_is_quarantined_with_its_bytes_and_the_next_one_is_recorded()
    {
        using var chunks = new ChunkBalance();
        var output = new CollectingOutput();
        using var rig = With(profile => profile with { BinaryFrames = BinaryFrames.Gzip });
        var context = new SegmentContext(new(), output, new(rig.Meter, NullLogger<SegmentEvents>.Instance));
        var connection = rig.Connect(() => new Lane(rig.Exchange, context, new(rig.Meter, NullLogger<LaneEvents>.Instance), rig.Clock));
        connection.Update([Btc], []);
        var run = connection.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        var damaged = Compressed.Gzip("trade BTCUSDT 7 1761350400000000"u8);
        damaged[^6] ^= 1;
        await server.SayBinaryAsync(damaged);
        await server.SayBinaryAsync(Compressed.Gzip("trade BTCUSDT 8 1761350400000001"u8));
        await server.SayBinaryAsync(Compressed.Gzip("ok 1"u8));
        await Rig.UntilAsync(() => connection.ConfirmedCount == 1);
        server.Abort();
        await rig.StopAsync(run);
        Assert.Contains($"\"base64\":\"{Convert.ToBase64String(damaged)}\"", Assert.Single(output.Lines(Dataset.Quarantine)), StringComparison.Ordinal);
        Assert.Equal(1, output.Segments.Sum(segment => segment.Segment.Count));
    }

    [Fact]
    public async Task Binary_message_of_an_exchange_without_compression_is_received_as_it_is()
    {
        using var rig = new Rig();
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        await server.SayBinaryAsync("plain"u8.ToArray());
        foreach (var happened in new[] { "add Trades:BTC-USDT", "open", "frame plain" })
            Assert.Equal(happened, await lane.NextAsync());
        server.Abort();
        await rig.StopAsync(run);
    }

    private static Rig With(Func<ExchangeProfile, ExchangeProfile> change, ConnectionOptions? options = null, TimeProvider? clock = null) => new()
    {
        Exchange = new() { Profile = change(new FakeExchange().Profile) },
        Options = options ?? new() { BackoffBase = TimeSpan.FromMilliseconds(1), SilenceLimit = TimeSpan.FromDays(1), AnswerTimeout = TimeSpan.FromDays(1) },
        Clock = clock ?? TimeProvider.System,
    };
}
