using Ingester.Core.Exchanges;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

/// <summary>Events without ids in a stream whose exchange sends ids (rule S13).</summary>
public sealed class EventsWithoutIdsTests
{
    [Fact]
    public void Stream_without_any_id_is_stored_in_one_fragment_per_window_without_a_gap()
    {
        using var rig = new StreamRig();
        for (var second = -30; second <= 150; second += 10)
            rig.Depth(T0 + second * Second);
        rig.Close();
        Assert.Equal([T0 - Minute, T0, T0 + Minute, T0 + 2 * Minute], rig.Output.Segments.Select(stored => stored.Segment.Window.StartMicros));
        Assert.All(rig.Output.Segments, stored => Assert.Equal((false, (SequenceRange?)null, ProofGrade.None), (stored.Segment.IsWhole, stored.Segment.Range, stored.Segment.Grade)));
        Assert.Equal((19L, 19), (rig.Recorder.RecordedEvents, rig.Output.Segments.Sum(stored => stored.Segment.Count)));
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Event_without_ids_inside_a_chain_splits_its_window_and_no_other()
    {
        using var rig = new StreamRig();
        Chain(rig, (1, -30), (2, 1), (3, 61));
        rig.Depth(T0 + 70 * Second, "9.9");
        Chain(rig, (4, 80), (5, 121), (6, 181));
        Assert.Equal([T0, T0 + 2 * Minute], rig.Output.Whole.Select(stored => stored.Segment.Window.StartMicros));
        Assert.Equal(
            [new SequenceRange(2, 3), null, new SequenceRange(3, 4)],
            rig.Output.Segments.Where(stored => stored.Segment.Window.StartMicros == T0 + Minute).Select(stored => stored.Segment.Range));
        Assert.Contains("9.9", rig.Output.Segments.Single(stored => stored.Segment.Range is null).Rows, StringComparison.Ordinal);
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Event_without_ids_does_not_prove_the_end_of_the_window_before()
    {
        using var rig = new StreamRig();
        Chain(rig, (1, -30), (2, 1));
        rig.Depth(T0 + 61 * Second);
        Chain(rig, (3, 62));
        Assert.Empty(rig.Output.Whole);
    }

    [Fact]
    public void Missing_ids_around_an_event_without_ids_are_a_gap()
    {
        using var rig = new StreamRig();
        Chain(rig, (1, -30), (2, 1));
        rig.Depth(T0 + 2 * Second);
        Chain(rig, (4, 3), (5, 4));
        Assert.Contains("\"after\":2,\"upto\":3", Assert.Single(rig.Gaps), StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_connection_is_reported_by_the_time_of_the_next_event_without_ids()
    {
        using var rig = new StreamRig();
        rig.Depth(T0);
        rig.Recorder.Interrupted();
        rig.Depth(T0 + 20 * Second);
        rig.Depth(T0 + 30 * Second);
        Assert.Equal(
            $$"""{"ts":{{T0 + 20 * Second}},"dataset":"trades","pair":"BTC-USDT","from":{{T0}},"to":{{T0 + 20 * Second}},"cause":"disconnect"}""",
            Assert.Single(rig.Gaps));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Undecodable_frame_is_reported_by_time_when_the_last_event_had_no_ids(bool hasId)
    {
        using var rig = new StreamRig();
        Chain(rig, (1, 0));
        rig.Depth(T0 + Second, range: hasId ? SequenceRange.One(2) : null);
        rig.Recorder.UndecodableFrameReceived(rig.Clock, T0 + Second, T0 + Second);
        rig.Depth(T0 + 2 * Second, range: hasId ? SequenceRange.One(3) : null);
        rig.TickAt(T0 + 3 * Second);
        Assert.Equal(hasId ? 0 : 1, rig.Gaps.Count(gap => gap.Contains("\"cause\":\"undecodable\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void Successor_stores_its_events_without_ids_beside_those_of_its_predecessor()
    {
        using var rig = new StreamRig();
        rig.Depth(T0 + Second, "1.1");
        var successor = new ConnectionClock();
        rig.Recorder.SuccessorOpened(successor);
        rig.Depth(T0 + 2 * Second, "1.2");
        rig.Recorder.RecordDiff(new DepthEvent { Micros = T0 + 2 * Second, Bids = "[[\"1.2\",\"1\"]]"u8, Asks = "[]"u8 }, successor);
        rig.Recorder.ConnectionClosed(rig.Clock);
        rig.Recorder.RecordDiff(new DepthEvent { Micros = T0 + 3 * Second, Bids = "[[\"1.3\",\"1\"]]"u8, Asks = "[]"u8 }, successor);
        rig.Close();
        var rows = string.Concat(rig.Output.Segments.Select(stored => stored.Rows));
        Assert.Equal([1, 2, 1], new[] { "1.1", "1.2", "1.3" }.Select(price => rows.Split(price).Length - 1));
        Assert.DoesNotContain(rig.Output.Segments, stored => stored.Segment.IsWhole);
    }

    private static void Chain(StreamRig rig, params (long Id, long Second)[] events)
    {
        foreach (var (id, second) in events)
            rig.Depth(T0 + second * Second, range: SequenceRange.One(id));
    }
}
