using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Memory;
using Ingester.Tests.Core.Segments;
using Ingester.Tests.Recording.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>A counter of the connection that jumps: messages of any stream may be missing, as after a frame that cannot be decoded (rules U1 to U3).</summary>
public sealed class LostMessagesTests : IDisposable
{
    private const int Minutes = 4;

    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ChunkBalance chunks = new();
    private readonly ManualClock clock = new(Begin);
    private readonly IngesterMeter meter = new();
    private readonly CollectingOutput output = new();
    private long counter;

    [Fact]
    public void Counter_that_does_not_jump_proves_all_minutes()
    {
        Record(static _ => 0);
        Assert.Equal([1, 2, 3], WholeMinutes("BTC-USD"));
        Assert.Empty(output.Lines(Dataset.Gaps));
    }

    [Fact]
    public void Jump_ends_the_proof_of_all_streams_of_the_connection_and_is_a_gap_of_each()
    {
        Record(static second => second == 90 ? 1 : 0);
        Assert.Equal([2, 3], WholeMinutes("BTC-USD"));
        Assert.Equal([2, 3], WholeMinutes("ETH-USD"));
        var gaps = output.Lines(Dataset.Gaps).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["BTC-USD", "ETH-USD"], gaps.Select(gap => gap.GetProperty("pair").GetString()).Order());
        Assert.All(gaps, gap =>
        {
            Assert.Equal("undecodable", gap.GetProperty("cause").GetString());
            Assert.InRange(Micros.From(Begin.AddSeconds(90)), gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64() + Micros.From(TimeSpan.FromSeconds(1)));
        });
        Assert.Empty(output.Lines(Dataset.Quarantine)); // the frame that shows the loss is good
    }

    [Fact]
    public void Flood_of_jumps_is_written_down_once_a_minute_and_no_window_of_it_is_whole()
    {
        Record(static second => second is >= 70 and <= 100 ? 3 : 0);
        Assert.Equal([3], WholeMinutes("BTC-USD"));
        Assert.Equal(2, output.Lines(Dataset.Gaps).Count(line => line.Contains("BTC-USD", StringComparison.Ordinal)));
    }

    [Fact]
    public void Book_is_unknown_after_a_gap_until_the_next_snapshot()
    {
        using var rig = new WatchRig("coinbase-advanced", "BTC-USD", keepsBooks: true);
        Send(rig.Feed, Snapshot("BTC-USD", rig.Clock));
        Send(rig.Feed, Update("BTC-USD", 5, rig.Clock));
        Assert.Equal(["59", "5"], Assert.Single(rig.Lane.MarketViews).Bid!);
        counter++;
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Send(rig.Feed, Update("BTC-USD", 6, rig.Clock));
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Send(rig.Feed, Update("BTC-USD", 7, rig.Clock));
        rig.Lane.Tick();
        Assert.Equal("unknown", Assert.Single(rig.Lane.MarketViews).Book);
        rig.Lane.Tick();
        Assert.Equal([new(Dataset.Depth, rig.Market)], rig.Renewed);
        Send(rig.Feed, Snapshot("BTC-USD", rig.Clock));
        Assert.Equal("known", Assert.Single(rig.Lane.MarketViews).Book);
    }

    public void Dispose()
    {
        meter.Dispose();
        chunks.Dispose();
    }

    /// <summary>Four minutes of two books, a diff a second each.</summary>
    /// <param name="lost">The number of messages that are lost before the diffs of a second.</param>
    private void Record(Func<int, int> lost)
    {
        var segments = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance));
        var lane = new Lane(ExchangeCatalog.Find("coinbase-advanced")!, segments, new(meter, NullLogger<LaneEvents>.Instance), clock);
        Subscription[] streams = [.. ((string[])["BTC-USD", "ETH-USD"]).Select(name => new Subscription(Dataset.Depth, new(name, name)))];
        lane.Add(streams);
        using var feed = lane.OpenFeed(new Nobody());
        feed.OnSubscribed(streams);
        foreach (var stream in streams)
            Send(feed, Snapshot(stream.Market.Symbol, clock));
        for (var second = 0; second < 60 * Minutes + 10; second++)
        {
            counter += lost(second);
            foreach (var stream in streams)
                Send(feed, Update(stream.Market.Symbol, second + 1, clock));
            clock.Advance(TimeSpan.FromSeconds(1));
            lane.Tick();
        }

        lane.Close();
    }

    private string Snapshot(string symbol, ManualClock at) => Frame("snapshot", symbol,
        $$"""{"side":"bid","event_time":"{{Time(at)}}","price_level":"58","new_quantity":"1"},{"side":"offer","event_time":"{{Time(at)}}","price_level":"60","new_quantity":"1"}""", at);

    private string Update(string symbol, int size, ManualClock at) =>
        Frame("update", symbol, $$"""{"side":"bid","event_time":"{{Time(at)}}","price_level":"59","new_quantity":"{{size}}"}""", at);

    private string Frame(string type, string symbol, string updates, ManualClock at) =>
        $$"""{"channel":"l2_data","timestamp":"{{Time(at)}}","sequence_num":{{counter++}},"events":[{"type":"{{type}}","product_id":"{{symbol}}","updates":[{{updates}}]}]}""";

    private static string Time(ManualClock at) => at.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static void Send(ILaneFeed feed, string frame) => feed.Receive(Encoding.UTF8.GetBytes(frame));

    private int[] WholeMinutes(string market) => [.. output.Whole.Where(whole => whole.Segment.Stream.Market == market)
        .Select(whole => (int)((whole.Segment.Window.StartMicros - Micros.From(Begin)) / Window.MicrosPerMinute)).Order()];

    private sealed class Nobody : INoticeListener
    {
        public void OnNotice(in Notice notice)
        {
            // Nothing is asked of this exchange.
        }

        public void Resubscribe(Subscription stream)
        {
            // Nobody can resubscribe.
        }
    }
}
