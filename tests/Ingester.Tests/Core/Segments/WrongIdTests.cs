using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

/// <summary>Wrong ids hide neither a conflict nor a missing event.</summary>
public sealed class WrongIdTests
{
    [Fact]
    public void Gap_after_a_first_id_that_is_too_high_also_covers_the_time_of_the_ids_below_it()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 + Second); // 5 with a wrong id
        rig.Trade(6, T0 + 2 * Second);
        rig.Trade(50, T0 + 20 * Second); // 7, 8 and 9 are missing as well
        rig.Trade(51, T0 + 21 * Second);
        Assert.Equal(
            [
                $$"""{"ts":{{T0 + 20 * Second}},"dataset":"trades","pair":"BTC-USDT","after":10,"upto":49,"from":{{T0 + Second}},"to":{{T0 + 20 * Second}},"cause":"skip"}""",
                $$"""{"ts":{{T0 + 20 * Second}},"dataset":"trades","pair":"BTC-USDT","from":{{T0 + Second}},"to":{{T0 + 20 * Second}},"cause":"skip"}""",
            ],
            rig.Gaps);
    }

    [Fact]
    public void Late_event_between_recorded_ids_adds_no_gap_without_ids()
    {
        using var rig = new StreamRig();
        for (var id = 1; id < 8; id++)
            rig.Trade(id, T0 + id * Second);
        rig.Trade(3, T0 + 9 * Second); // 8 with a wrong id
        rig.Trade(9, T0 + 10 * Second);
        rig.Trade(10, T0 + 11 * Second);
        Assert.Equal(["conflict", "skip"], rig.Gaps.Select(gap => gap.Split("\"cause\":\"")[1].TrimEnd('"', '}')));
    }

    [Fact]
    public void Event_with_the_ids_of_a_stored_detached_row_is_a_conflict_when_the_chain_reaches_them()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + Second);
        rig.Trade(4, T0 + 2 * Second); // 2 with a wrong id
        rig.Trade(2, T0 + 3 * Second);
        rig.TickAt(T0 + 40 * Second);
        Assert.Equal(new SequenceRange(3, 4), Assert.Single(rig.Output.Segments).Segment.Range); // held for long enough
        rig.Trade(3, T0 + 41 * Second);
        Assert.Empty(rig.Gaps);
        rig.Trade(4, T0 + 42 * Second);
        rig.Trade(5, T0 + 43 * Second);
        rig.Close();
        Assert.Contains("\"after\":3,\"upto\":4", Assert.Single(rig.Gaps, gap => gap.Contains("\"cause\":\"conflict\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(6, rig.Output.Segments.Sum(s => s.Segment.Count));
        Assert.Empty(rig.Output.Whole);
    }

    [Fact]
    public void Time_before_a_candidate_that_a_new_numbering_passes_is_a_conflict()
    {
        using var rig = new StreamRig();
        rig.Depth(T0 + Second, range: new(0, 10));
        rig.Depth(T0 + 9 * Second, range: new(20, 25)); // the last diff of the old numbering
        rig.Depth(T0 + 3 * Second, range: new(11, 14)); // the numbering and the clock of the exchange were set back
        rig.Depth(T0 + 4 * Second, range: new(14, 18));
        rig.Depth(T0 + 5 * Second, range: new(18, 22));
        rig.Depth(T0 + 70 * Second, range: new(22, 26));
        rig.Close();
        Assert.Equal(
            [
                $$"""{"ts":{{T0 + 3 * Second}},"dataset":"trades","pair":"BTC-USDT","after":10,"upto":11,"from":{{T0 + Second}},"to":{{T0 + 3 * Second}},"cause":"skip"}""",
                $$"""{"ts":{{T0 + 9 * Second}},"dataset":"trades","pair":"BTC-USDT","after":20,"upto":25,"from":{{T0 + Second}},"to":{{T0 + 9 * Second}},"cause":"conflict"}""",
            ],
            rig.Gaps);
        Assert.Equal(6, rig.Output.Segments.Sum(s => s.Segment.Count));
        Assert.Empty(rig.Output.Whole);
    }

    [Fact]
    public void Diff_of_a_new_connection_that_is_older_than_an_overlap_is_stored_although_its_ids_are_recorded()
    {
        using var rig = new StreamRig(identity: StreamIdentity.PerConnection);
        rig.Depth(T0 + Second, range: new(0, 3));
        rig.Depth(T0 + 2 * Second, range: new(3, 6));
        var successor = new ConnectionClock { LocalTime = T0 + 60 * Second };
        rig.Recorder.SuccessorOpened(successor);
        rig.Recorder.Subscribed(successor);
        rig.Recorder.ConnectionClosed(rig.Clock);
        for (var frame = 0; frame < 2; frame++)
        {
            successor.BeginFrame();
            successor.Observe(successor.LocalTime + frame, 30 * Second, 5 * Second);
        }

        rig.Recorder.RecordDiff(new() { Micros = T0 + 3 * Second, Range = new(1, 2), Bids = "[]"u8, Asks = "[]"u8 }, successor); // the numbering was reset
        rig.Close();
        Assert.Equal((3, 0), (rig.Output.Segments.Sum(s => s.Segment.Count), rig.Recorder.Duplicates));
    }
}
