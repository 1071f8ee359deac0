using System.Text;
using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Segments;
using Ingester.Core.Telemetry;
using Ingester.Exchanges;
using Ingester.Recording.Lanes;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Ingester.Testing.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

/// <summary>What heartbeats say of the last id, against what came.</summary>
public sealed class LastIdTests : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly List<Lane> lanes = [];
    private readonly IngesterMeter meter = new();
    private readonly CollectingOutput output = new();

    [Fact]
    public void Ids_not_received_by_the_next_heartbeat_are_a_gap_and_late_afterwards()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 + Second);
        Beat(rig, 12, T0 + 2 * Second);
        Assert.Empty(rig.Gaps);
        Beat(rig, 12, T0 + 3 * Second);
        Assert.Equal((10, 12, "skip"), Range(Assert.Single(rig.Gaps)));
        Beat(rig, 12, T0 + 4 * Second);
        Assert.Single(rig.Gaps);
        rig.Trade(11, T0 + 2 * Second);
        rig.Trade(12, T0 + 2 * Second);
        rig.Trade(13, T0 + 5 * Second);
        rig.Close();
        Assert.Equal(["skip", "late"], rig.Gaps.Select(gap => Range(gap).Cause));
        Assert.Equal(4, rig.Output.Segments.Sum(segment => segment.Segment.Count));
    }

    [Fact]
    public void Heartbeat_before_its_trade_reports_no_gap()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 + Second);
        for (var id = 11; id < 20; id++)
        {
            Beat(rig, id, T0 + id * Second);
            rig.Trade(id, T0 + id * Second);
        }

        Beat(rig, 19, T0 + 20 * Second);
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Heartbeats_of_different_connections_lower_ids_and_streams_without_trades_report_no_gap()
    {
        using var rig = new StreamRig();
        Beat(rig, 8, T0);
        Beat(rig, 9, T0 + Second);
        rig.Trade(10, T0 + Second);
        Beat(rig, 5_000_000, T0 + 2 * Second);
        Beat(rig, 10, T0 + 3 * Second);
        rig.Recorder.LastIdAnnounced(12, rig.Clock);
        rig.Recorder.LastIdAnnounced(12, new ConnectionClock());
        rig.Recorder.LastIdAnnounced(12, rig.Clock);
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void A_coinbase_heartbeat_counts_only_for_the_trades_of_its_product()
    {
        var (lane, feed) = Open(["BTC-USD", "ETH-USD"]);
        feed.Receive(Match("BTC-USD", 10, "00:00:01"));
        feed.Receive(Match("ETH-USD", 3, "00:00:01"));
        for (var second = 2; second < 5; second++)
        {
            feed.Receive(Heartbeat("BTC-USD", 11, $"00:00:0{second}"));
            feed.Receive(Heartbeat("ETH-USD", 3, $"00:00:0{second}"));
            feed.Receive(Heartbeat("SOL-USD", 99, $"00:00:0{second}"));
        }

        Assert.Equal((10, 11, "skip"), Range(Assert.Single(output.Lines(Dataset.Gaps))));
        Assert.Equal(4, lane.Recorders.Count);
    }

    /// <summary>The recordings have no heartbeats: one stands before each of their trades, which it names, as the worst order would have it.</summary>
    [Fact]
    public void Recorded_trades_with_heartbeats_that_overtake_them_have_no_gap()
    {
        Assert.SkipUnless(Corpus.TryFind(out _), Corpus.Absent);
        var frames = Corpus.Recordings("coinbase").SelectMany(recording => recording.Frames()).ToList();
        var parsed = frames.ConvertAll(frame => JsonDocument.Parse(frame).RootElement);
        var products = parsed.Where(frame => frame.TryGetProperty("product_id", out _)).Select(frame => frame.GetProperty("product_id").GetString()!).Distinct();
        var (_, feed) = Open([.. products]);
        var beats = 0;
        for (var index = 0; index < frames.Count; index++)
        {
            if (parsed[index].TryGetProperty("trade_id", out var id) && parsed[index].GetProperty("type").GetString() is "match" or "last_match")
            {
                feed.Receive(Heartbeat(parsed[index].GetProperty("product_id").GetString()!, id.GetInt64(), parsed[index].GetProperty("time").GetString()![11..19]));
                beats++;
            }

            feed.Receive(frames[index]);
        }

        Assert.True(beats > 50);
        Assert.DoesNotContain(output.Lines(Dataset.Gaps), gap => gap.Contains("\"dataset\":\"trades\"", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        lanes.ForEach(lane => lane.Close());
        meter.Dispose();
        chunks.Dispose();
    }

    private static void Beat(StreamRig rig, long id, long micros)
    {
        rig.Hear(micros);
        rig.Recorder.LastIdAnnounced(id, rig.Clock);
    }

    private static (long After, long UpTo, string? Cause) Range(string gap)
    {
        var row = JsonDocument.Parse(gap).RootElement;
        return (row.GetProperty("after").GetInt64(), row.GetProperty("upto").GetInt64(), row.GetProperty("cause").GetString());
    }

    private static byte[] Match(string product, long id, string time) => Encoding.UTF8.GetBytes(
        $$"""{"type":"match","trade_id":{{id}},"side":"buy","size":"1","price":"2","product_id":"{{product}}","time":"2025-10-25T{{time}}Z"}""");

    private static byte[] Heartbeat(string product, long id, string time) => Encoding.UTF8.GetBytes(
        $$"""{"type":"heartbeat","sequence":1,"last_trade_id":{{id}},"product_id":"{{product}}","time":"2025-10-25T{{time}}Z"}""");

    private (Lane Lane, ILaneFeed Feed) Open(IReadOnlyList<string> products)
    {
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance));
        var lane = new Lane(ExchangeCatalog.Find("coinbase")!, context, new(meter, NullLogger<LaneEvents>.Instance), new ManualClock());
        lanes.Add(lane);
        lane.Add([.. from product in products
                     from dataset in new[] { Dataset.Trades, Dataset.Depth }
                     select new Subscription(dataset, new(product, product))]);
        return (lane, lane.OpenFeed(new IgnoringListener()));
    }
}
