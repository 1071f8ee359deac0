using System.Globalization;
using System.Web;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Recording.Backfill;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;
using Ingester.Recording.Rest;
using Ingester.Testing.Fakes;
using Ingester.Tests.Core.Live;
using Ingester.Tests.Recording.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Backfill;

/// <summary>Gaps in trades become fragments of exactly the missing trades, and a row that reports it.</summary>
public sealed class TradeBackfillTests : IDisposable
{
    private const long T0 = 1_761_350_400_000_000;
    private const long Second = 1_000_000;
    private static readonly StreamId Trades = new(Dataset.Trades, "binance", "BTC-USDT");

    private readonly WatchRig rig = new();
    private Func<long, bool> serves = static _ => true;
    private int requests;

    [Fact]
    public async Task Gap_becomes_a_fragment_per_window_with_the_missing_rows()
    {
        Assert.Empty(await CloseAsync(new(100, 230), T0 + 100 * Second, T0 + 231 * Second));
        Assert.Equal([(101L, 119L), (120, 179), (180, 230)], rig.Output.Segments.Select(one => (one.Segment.Range!.Value.After + 1, one.Segment.Range.Value.UpTo)));
        Assert.Equal([T0 + 60 * Second, T0 + 120 * Second, T0 + 180 * Second], rig.Output.Segments.Select(one => one.Segment.Window.StartMicros));
        Assert.All(rig.Output.Segments, one => Assert.False(one.Segment.IsWhole));
        Assert.Equal($"{{\"id\":\"101\",\"ts\":{T0 + 101 * Second},\"side\":\"sell\",\"price\":\"101.50\",\"size\":\"2\"}}", rig.Output.Segments[0].Rows.Split('\n')[0]);
        var row = Assert.Single(rig.Output.Lines(Dataset.Gaps));
        Assert.Equal($"{{\"ts\":{T0 + 231 * Second},\"dataset\":\"trades\",\"pair\":\"BTC-USDT\",\"after\":100,\"upto\":230,\"from\":{T0 + 100 * Second},\"to\":{T0 + 231 * Second},\"cause\":\"backfill\"}}", row);
    }

    [Fact]
    public async Task Stored_rows_are_published_as_detached_and_then_the_closed_gap()
    {
        var reader = new LiveReader(rig.Live);
        await CloseAsync(new(100, 130), T0 + 100 * Second, T0 + 131 * Second);
        const string Start = "{\"exchange\":\"binance\",\"pair\":\"BTC-USDT\",\"dataset\":\"trades\",";
        var rows = rig.Output.Segments.SelectMany(stored => stored.Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(30, rows.Count);
        Assert.Equal(
            [.. rows.Select(row => $"{Start}\"detached\":true,\"row\":{row}}}"), $"{Start}\"mark\":\"closed\",\"ts\":{T0 + 100 * Second},\"to\":{T0 + 131 * Second},\"after\":100,\"upto\":130,\"cause\":\"backfill\"}}"],
            reader.ReadLines());
    }

    [Fact]
    public async Task Long_gap_is_fetched_page_by_page()
    {
        Assert.Empty(await CloseAsync(new(0, 2_500), T0, T0 + 2_501 * Second));
        Assert.Equal(3, requests);
        Assert.Equal(2_500, rig.Output.Segments.Sum(one => one.Segment.Count));
    }

    [Fact]
    public async Task Times_outside_the_gap_move_no_window_beyond_its_edges()
    {
        await CloseAsync(new(100, 230), T0 + 125 * Second, T0 + 170 * Second);
        Assert.Equal((T0 + 120 * Second, 130), (Assert.Single(rig.Output.Segments).Segment.Window.StartMicros, rig.Output.Segments[0].Segment.Count));
    }

    [Fact]
    public async Task Range_that_the_exchange_does_not_serve_stays_open_and_the_rest_is_closed()
    {
        serves = id => id is not (> 110 and <= 115) and < 118;
        Assert.Equal([new(110, 115), new(117, 119)], await CloseAsync(new(100, 119), T0 + 100 * Second, T0 + 120 * Second));
        Assert.Equal([(100L, 110L), (115, 117)], rig.Output.Segments.Select(one => (one.Segment.Range!.Value.After, one.Segment.Range.Value.UpTo)));
        Assert.Equal(2, rig.Output.Lines(Dataset.Gaps).Count());
        serves = static _ => false;
        Assert.Equal([new(100, 119)], await CloseAsync(new(100, 119), T0, T0));
    }

    [Fact]
    public async Task Fragment_that_finds_no_room_stays_open()
    {
        rig.Output.Full = true;
        Assert.Equal([new(100, 119), new(119, 130)], await CloseAsync(new(100, 130), T0 + 100 * Second, T0 + 131 * Second));
        Assert.Empty(rig.Output.Lines(Dataset.Gaps));
    }

    [Fact]
    public async Task Gap_on_a_stream_is_found_fetched_and_closed_without_a_hand()
    {
        using var stop = new CancellationTokenSource();
        using var budgets = Context.NewRateLimits();
        var run = new BackfillWorker(Backfill(budgets), rig.Repairs, new(rig.Meter, NullLogger<BackfillEvents>.Instance)).RunAsync(stop.Token);
        serves = static _ => false;
        Trade(1);
        Trade(5);
        Trade(6);
        await UntilAsync(() => rig.Meter.BackfillsCompleted.TotalOf("partly") >= 2);
        serves = static _ => true;
        await UntilAsync(() => rig.Meter.BackfillsCompleted.TotalOf("closed") == 1);
        await stop.CancelAsync();
        await run.WaitAsync(FakeServer.Deadline);
        Assert.Equal(["skip", "backfill"], rig.Output.Lines(Dataset.Gaps).Select(line => line.Split('"')[^2]));
        Assert.Contains(rig.Output.Segments, one => one.Segment.Range == new SequenceRange(1, 4) && one.Segment.Count == 3);
        Assert.Equal(0, rig.Repairs.Count);
    }

    [Fact]
    public void Gap_waits_its_delay_then_longer_after_each_attempt_and_is_abandoned_in_the_end()
    {
        var plan = new BackfillQueue(rig.Clock, TimeSpan.FromSeconds(10));
        var gap = new TradeGap(Trades, rig.Market, new(1, 4), T0, T0);
        Assert.True(plan.TryAdd(gap));
        Assert.Null(plan.TakeDue());
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(new(gap, 0), plan.TakeDue());
        Assert.True(plan.TryAdd(gap, tries: 3));
        rig.Clock.Advance(TimeSpan.FromSeconds(79));
        Assert.Null(plan.TakeDue());
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new(gap, 3), plan.TakeDue());
        Assert.False(plan.TryAdd(gap, BackfillQueue.MaxAttempts));
        for (var i = 0; i < BackfillQueue.MaxGaps; i++)
            Assert.True(plan.TryAdd(gap));
        Assert.False(plan.TryAdd(gap));
    }

    public void Dispose() => rig.Dispose();

    private ExchangeContext Context => new()
    {
        Exchange = rig.Exchange,
        ExchangeOptions = new() { Markets = ["*"] },
        Options = new() { RequestTimeout = TimeSpan.FromDays(1) },
        Clock = rig.Clock,
        Seed = 1,
    };

    private TradeBackfill Backfill(ExchangeRateLimits budgets)
    {
        var http = new HttpClient(new Answering((request, _) => Task.FromResult(Answer(request.RequestUri!))));
        return new(Context, new(Context, new(Context, http, new(NullLogger<RestEvents>.Instance)), budgets), rig.Lane.Context);
    }

    private async Task<IReadOnlyList<SequenceRange>> CloseAsync(SequenceRange missing, long from, long to)
    {
        using var budgets = Context.NewRateLimits();
        return await Backfill(budgets).CloseGapAsync(new(Trades, rig.Market, missing, from, to), CancellationToken.None);
    }

    /// <summary>A trade a second, id by id; a thousand a page.</summary>
    private HttpResponseMessage Answer(Uri address)
    {
        requests++;
        var from = long.Parse(HttpUtility.ParseQueryString(address.Query)["fromId"]!, CultureInfo.InvariantCulture);
        var rows = Enumerable.Range(0, 1_000).Select(n => from + n).Where(serves).Select(id =>
            $$"""{"id":{{id}},"price":"{{id}}.50","qty":"2","time":{{(T0 + id * Second) / 1_000}},"isBuyerMaker":true}""");
        return new() { Content = new StringContent($"[{string.Join(',', rows)}]") };
    }

    private void Trade(long id) => rig.Feed.Receive(System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{WatchRig.T0}}},"s":"BTCUSDT","t":{{{id}}},"p":"1","q":"1","T":{{{WatchRig.T0 + id * 1_000}}},"m":true,"M":true}}"""));

    private async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(FakeServer.Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }
}
