using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Recording.Planning;
using Ingester.Recording.Sessions;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Planning;

public sealed class ExchangeRecorderTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    private readonly ChunkBalance chunks = new();
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private string list = """["BTC-USDT","ETH-USDT","BTC-EUR"]""";
    private readonly IngesterMeter meter = new();
    private int asked;

    [Fact]
    public async Task Chosen_markets_are_subscribed_and_listings_and_delistings_follow()
    {
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT trades:ETHUSDT depth:ETHUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await Rig.UntilAsync(() => recorder.Status == new ExchangeStatus("fake", 2, 1, 1, 4, 4, null));

        list = """["BTC-USDT","XRP-USDT"]""";
        await AskAgainAsync();
        Assert.Equal("+2 trades:XRPUSDT depth:XRPUSDT", await server.ReadAsync());
        await server.SayAsync("ok 2");
        await Rig.UntilAsync(() => recorder.Status.StreamsSubscribed == 6);
        await AskAgainAsync();
        await AskAgainAsync();
        Assert.Equal("-3 trades:ETHUSDT depth:ETHUSDT", await server.ReadAsync());
        await Rig.UntilAsync(() => recorder.Status.StreamsWanted == 4);
        server.Abort();
        await rig.StopAsync(run);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_bad_list_changes_nothing(string bad)
    {
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        await server.ReadAsync();
        list = bad;
        await AskAgainAsync();
        await rig.AdvanceUntilAsync(() => rig.Meter.MarketListRefreshes.TotalOf("failed") >= 3);
        Assert.NotNull(recorder.Status.LastError);
        Assert.Equal((1, 4), (recorder.Status.ConnectionsOpen, recorder.Status.StreamsWanted));
        list = """["BTC-USDT","ETH-USDT"]""";
        await rig.AdvanceUntilAsync(() => recorder.Status.LastError is null);
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_read_is_left_out_and_counted_once_for_each_change()
    {
        list = """["BTC-USDT","?ETH-USDT"]""";
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await Rig.UntilAsync(() => recorder.Status.StreamsSubscribed == 2);
        await AskAgainAsync();
        await AskAgainAsync();
        Assert.Equal((1, null), (rig.Meter.MarketsUnreadable.Total, recorder.Status.LastError));
        list = """["BTC-USDT","?ETH-USDT","?XRP-USDT"]""";
        await AskAgainAsync();
        await Rig.UntilAsync(() => rig.Meter.MarketsUnreadable.Total == 2);
        list = """["BTC-USDT","ETH-USDT","?XRP-USDT"]""";
        await AskAgainAsync();
        Assert.Equal("+2 trades:ETHUSDT depth:ETHUSDT", await server.ReadAsync());
        Assert.Equal(2, rig.Meter.MarketsUnreadable.Total);
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task A_halt_unsubscribes_nothing_and_its_rows_are_written()
    {
        list = """["BTC-USDT","ETH-USDT"]""";
        var output = new CollectingOutput();
        using var rig = NewRig(output: output);
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT trades:ETHUSDT depth:ETHUSDT", await server.ReadAsync());
        await server.SayAsync("ok 1");
        await Rig.UntilAsync(() => recorder.Status.StreamsSubscribed == 4);
        list = """["BTC-USDT:break","ETH-USDT"]""";
        for (var lists = 0; lists < 5; lists++)
            await AskAgainAsync();
        list = """["BTC-USDT","ETH-USDT:end","XRP-USDT:break"]""";
        await AskAgainAsync();
        Assert.Equal("-2 trades:ETHUSDT depth:ETHUSDT", await server.ReadAsync());
        Assert.Equal("+3 trades:XRPUSDT depth:XRPUSDT", await rig.AdvanceUntilAsync(server.ReadAsync())); // messages are paced
        server.Abort();
        await rig.StopAsync(run);
        Assert.Equal(
            ["BTC-USDT on trading", "ETH-USDT on trading", "BTC-USDT break halted", "BTC-USDT on trading", "XRP-USDT break halted", "ETH-USDT end delisted"],
            output.Lines(Dataset.Instruments).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(row => $"{row.GetProperty("pair").GetString()} {row.GetProperty("status").GetString()} {row.GetProperty("state").GetString()}"));
    }

    [Fact]
    public async Task A_halted_market_that_is_refused_is_shown_as_failed_and_counts_as_halted()
    {
        list = """["BTC-USDT","ETH-USDT:break"]""";
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        var answering = AnswerBesideAsync();
        await rig.AdvanceUntilAsync(() => recorder.Status is { StreamsFailed: 2, StreamsSubscribed: 2 });
        Assert.Equal(2, recorder.Status.StreamsFailedHalted);
        Assert.Equal(["depth ETH-USDT", "trades ETH-USDT"], recorder.Status.Failed!.Split(", ").Order());
        list = """["BTC-USDT","ETH-USDT"]""";
        await AskAgainAsync();
        await Rig.UntilAsync(() => recorder.Status.StreamsFailedHalted == 0);
        server.Abort();
        await answering;
        await rig.StopAsync(run);

        async Task AnswerBesideAsync() => await AnswerAsync(server, refused: "ETHUSDT");
    }

    [Fact]
    public async Task A_start_without_a_list_tries_until_there_is_one()
    {
        list = "<html>";
        using var rig = NewRig();
        var run = new ExchangeRecorder(rig.Context, rig.Services).RunAsync(rig.Stop.Token);
        await rig.AdvanceUntilAsync(() => rig.Meter.MarketListRefreshes.TotalOf("failed") >= 3);
        list = """["BTC-USDT"]""";
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await server.ReadAsync());
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Refused_market_list_is_requested_again_after_the_retry_after_time_and_logged_once()
    {
        var log = new LogLines<PlanningEvents>();
        using var rig = new Rig
        {
            Clock = clock,
            Choice = new() { Markets = ["*-USDT"] },
            Http = new(new Answering((_, _) => Task.FromResult(Answer(isLimited: Interlocked.Increment(ref asked) <= 2)))),
        };
        var services = rig.Services with { Events = new(rig.Meter, log) };
        var run = new ExchangeRecorder(rig.Context, services).RunAsync(rig.Stop.Token);
        for (var refused = 1; refused <= 2; refused++)
        {
            await rig.AdvanceUntilAsync(() => rig.Meter.MarketListRefreshes.TotalOf("failed") == refused);
            var began = clock.GetTimestamp();
            await rig.AdvanceUntilAsync(() => Volatile.Read(ref asked) > refused);
            Assert.True(clock.GetElapsedTime(began) >= TimeSpan.FromSeconds(59), $"{clock.GetElapsedTime(began)} is too early."); // the clock ran on while the answer was read
        }

        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Single(log.Of(LogLevel.Warning), line => line.Contains("HTTP 429", StringComparison.Ordinal));
        server.Abort();
        await rig.StopAsync(run);

        HttpResponseMessage Answer(bool isLimited)
        {
            var answer = new HttpResponseMessage(isLimited ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(list)) };
            answer.Headers.RetryAfter = isLimited ? new(TimeSpan.FromSeconds(60)) : null;
            return answer;
        }
    }

    [Fact]
    public async Task Connections_stay_within_the_limit_and_close_when_nothing_is_left()
    {
        using var rig = NewRig(streams: 2);
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        var (first, second) = (await rig.Server.AcceptAsync(), await rig.Server.AcceptAsync());
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await first.ReadAsync());
        Assert.Equal("+1 trades:ETHUSDT depth:ETHUSDT", await second.ReadAsync());
        await first.SayAsync("ok 1");
        await second.SayAsync("ok 1");
        await Rig.UntilAsync(() => recorder.Status.StreamsSubscribed == 4);
        list = """["BTC-USDT"]""";
        for (var lists = 0; lists < MarketRegister.MaxMissedLists; lists++)
            await AskAgainAsync();
        var heard = await second.ReadAsync();
        if (heard.StartsWith('-')) // the farewell may overtake the request
            heard = await second.ReadAsync();
        Assert.Equal("close", heard);
        await second.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await Rig.UntilAsync(() => recorder.Status is { ConnectionsWanted: 1, ConnectionsOpen: 1 });
        first.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task The_whole_plan_is_in_the_status_before_the_first_connection_opens()
    {
        var seen = Channel.CreateUnbounded<ExchangeStatus>();
        ExchangeRecorder? recorder = null;
        using var rig = NewRig(streams: 2, dial: async (_, _, stop) =>
        {
            seen.Writer.TryWrite(recorder!.Status);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            throw new InvalidOperationException();
        });
        recorder = new(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        for (var connection = 0; connection < 2; connection++)
            Assert.Equal(new ExchangeStatus("fake", 2, 2, 0, 4, 0, null), await seen.Reader.ReadAsync().AsTask().WaitAsync(FakeServer.Deadline));
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Status_reports_that_no_market_matches()
    {
        list = """["BTC-EUR"]""";
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        await Rig.UntilAsync(() => recorder.Status.LastError is not null);
        Assert.Equal(new ExchangeStatus("fake", 0, 0, 0, 0, 0, "No market matches the patterns."), recorder.Status);
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Market_whose_objects_cannot_be_stored_is_never_subscribed_and_is_counted_once()
    {
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services with { StorageObstacle = market => market.Name == "ETH-USDT" ? "its name is too long" : null });
        var run = recorder.RunAsync(rig.Stop.Token);
        var server = await rig.Server.AcceptAsync();
        Assert.Equal("+1 trades:BTCUSDT depth:BTCUSDT", await server.ReadAsync());
        await AskAgainAsync();
        await Rig.UntilAsync(() => rig.Meter.MarketListRefreshes.TotalOf("read") >= 2);
        Assert.Equal((1, 1), (recorder.Status.Markets, rig.Meter.MarketsUnstorable.Total));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Bug_in_one_connection_ends_the_recorder_with_its_exception()
    {
        using var rig = NewRig(streams: 2);
        var run = new ExchangeRecorder(rig.Context, rig.Services).RunAsync(rig.Stop.Token);
        var (first, second) = (await rig.Server.AcceptAsync(), await rig.Server.AcceptAsync());
        await first.SayAsync("mistake");
        Assert.StartsWith("+1", await second.ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("close", await second.ReadAsync());
        second.Abort();
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.WaitAsync(FakeServer.Deadline));
    }

    /// <summary>Confirms every request but those that name a symbol, until the connection ends.</summary>
    private static async Task AnswerAsync(WebSocket server, string refused)
    {
        try
        {
            while (await server.ReadAsync() is ['+', ..] request)
                await server.SayAsync($"{(request.Contains(refused, StringComparison.Ordinal) ? "no" : "ok")} {request[1..request.IndexOf(' ', StringComparison.Ordinal)]} halted");
        }
        catch (Exception over) when (over is WebSocketException or OperationCanceledException)
        {
            // The test has aborted the connection.
        }
    }

    private Rig NewRig(int? streams = null, WebSocketFactory? dial = null, CollectingOutput? output = null) => new()
    {
        Segments = output is null ? null : new(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)),
        Clock = clock,
        Dial = dial,
        Options = new() { SilenceLimit = TimeSpan.FromDays(1), RequestTimeout = TimeSpan.FromDays(1) }, // the clock runs ahead of what happens
        Choice = new() { Markets = ["*-USDT"], DiscoveryInterval = Interval, StreamsPerConnection = streams },
        Http = new(new Answering((_, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(list)) });
        })),
    };

    public void Dispose()
    {
        meter.Dispose();
        chunks.Dispose();
    }

    /// <summary>Lets time pass until the list was asked for once more.</summary>
    private async Task AskAgainAsync()
    {
        var before = Volatile.Read(ref asked);
        await Rig.UntilAsync(() =>
        {
            if (Volatile.Read(ref asked) > before)
                return true;
            clock.Advance(TimeSpan.FromSeconds(10));
            return Volatile.Read(ref asked) > before;
        });
    }
}
