using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Raw;
using Ingester.Recording.Raw;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Recording.Raw;

/// <summary>What raw capture writes about connections, their streams, their messages and REST responses.</summary>
public sealed class RawCaptureTests : IDisposable
{
    private static readonly Subscription Btc = FakeExchange.Stream(Dataset.Trades, "BTC-USDT");
    private static readonly Subscription Eth = FakeExchange.Stream(Dataset.Trades, "ETH-USDT");
    private static readonly Uri Address = new("wss://example.com/ws?streams=x");

    private readonly ManualClock clock = new();
    private readonly RawLines lines;
    private readonly RawCapture capture;

    public RawCaptureTests()
    {
        lines = new(clock, new() { Exchanges = ["*"], MaxMemoryBytes = 16 << 20 });
        capture = new(lines.Journal, "fake");
    }

    public void Dispose() => lines.Dispose();

    [Fact]
    public async Task Session_captures_its_beginning_messages_and_end()
    {
        using var rig = new Rig { Raw = capture };
        var run = rig.Connect(Btc).RunAsync(rig.Stop.Token);
        var (server, lane) = (await rig.Server.AcceptAsync(), await rig.LaneAsync());
        Assert.Equal("+1 trades:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await server.SayAsync("two\tcolumns\r\nand lines");
        await server.SayAsync("end");
        while (await lane.NextAsync() != "frame end")
        {
            // until everything was received
        }

        await rig.StopAsync(run);
        Assert.Equal(
        [
            "2\to\twss://ws.fake.example/feed",
            """2	s	{"lane":1,"streams":[["trades","BTC-USDT","BTCUSDT"]]}""",
            "2\tt\tok 1",
            """2	s	{"lane":1,"subscribed":[["trades","BTC-USDT","BTCUSDT"]]}""",
            $"2\tb\t{Convert.ToBase64String(Encoding.UTF8.GetBytes("two\tcolumns\r\nand lines"))}",
            "2\tt\tend",
            "2\tc\tClosed by the recorder.",
            """0	s	{"lane":1,"ended":true}""",
        ], lines.Close(RawFileKind.Ws));
        Assert.Equal(["2\tt\t+1 trades:BTCUSDT"], lines.Objects.Where(part => part.Id.Kind == RawFileKind.Sent).Select(part => part.Text.TrimEnd('\n').Split('\t', 2)[1]));
    }

    [Fact]
    public void Each_minute_begins_with_the_open_connections_and_their_streams()
    {
        var lane = new RawLane(capture);
        lane.Update([Btc], []);
        var (first, second) = (lane.Open(Address), lane.Open(Address));
        first.Subscribed([Btc]);
        lane.Update([Eth], [Btc]);
        second.Subscribed([Eth]);
        first.Close("lost");
        clock.Advance(TimeSpan.FromMinutes(1));
        second.Received("{}"u8, isBinary: false);
        lines.Journal.Close();
        Assert.Equal(
        [
            $"3\to\t{Address}",
            """3	s	{"lane":1,"streams":[["trades","ETH-USDT","ETHUSDT"]],"subscribed":[["trades","ETH-USDT","ETHUSDT"]],"continues":true}""",
            "3\tt\t{}",
        ], lines.Objects[^1].Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t', 2)[1]));
        Assert.Contains("""	0	s	{"lane":1,"added":[["trades","ETH-USDT","ETHUSDT"]],"removed":[["trades","BTC-USDT","BTCUSDT"]]}""", lines.Objects[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropped_messages_are_counted_where_they_are_missing()
    {
        lines.IsStoring = false;
        var (one, other) = (new RawLane(capture).Open(Address), new RawLane(capture).Open(Address));
        var filler = new byte[1 << 16];
        filler.AsSpan().Fill((byte)'x');
        while (lines.Meter.RawDropped.Total < 3)
            one.Received(filler, isBinary: false);
        foreach (var part in lines.Objects)
            lines.Journal.Release(Encoding.UTF8.GetByteCount(part.Text));
        other.Received("a"u8, isBinary: false);
        one.Received("b"u8, isBinary: false);
        Assert.Equal(["4\tt\ta", "2\td\t3", "2\tt\tb"], lines.Close(RawFileKind.Ws).TakeLast(3));
        Assert.Equal(3, lines.Meter.RawDropped.Total);
    }

    [Fact]
    public void Rest_responses_have_request_status_and_body()
    {
        capture.Answered("GET", new("https://example.com/list?x=1"), null, 200, "[1]"u8);
        capture.Answered("POST", new("https://example.com/token"), """{"type": "x"}""", 200, "{\n}"u8);
        capture.Answered("GET", new("https://example.com/list"), null, 429, default);
        Assert.Equal(
        [
            "GET https://example.com/list?x=1\t200\tt\t[1]",
            "POST https://example.com/token {\"type\": \"x\"}\t200\tb\tewp9",
            "GET https://example.com/list\t429\tt\t",
        ], lines.Close(RawFileKind.Rest));
    }

    [Fact]
    public void Note_is_read_as_it_was_written()
    {
        var note = new RawLaneNote { Lane = 7, Streams = [Btc, Eth], Subscribed = [Btc], Continues = true, Ended = true };
        var read = RawLaneNote.Parse(note.ToBytes());
        Assert.Equal((7, true, true), (read.Lane, read.Continues, read.Ended));
        Assert.Equal([Btc, Eth], read.Streams!);
        Assert.Equal([Btc], read.Subscribed!);
        Assert.Null(read.Added);
    }

    [Theory]
    [InlineData("""{"streams":[]}""")]
    [InlineData("""{"lane":1,"streams":[["gaps","BTC-USDT","BTCUSDT"]]}""")]
    [InlineData("""{"lane":1,"added":[["trades","BTC-USDT"]]}""")]
    [InlineData("""{"lane":1,"removed":7}""")]
    [InlineData("[]")]
    public void Other_json_is_no_note(string json) => Assert.ThrowsAny<System.Text.Json.JsonException>(() => RawLaneNote.Parse(Encoding.UTF8.GetBytes(json)));
}
