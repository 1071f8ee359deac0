using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

public sealed class StreamRecorderTests
{
    [Fact]
    public void Window_between_two_others_is_whole_and_its_neighbours_are_fragments()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + 10 * Second);
        rig.Trade(2, T0 + Minute);
        rig.Trade(3, T0 + Minute + 59 * Second);
        rig.Trade(4, T0 + 2 * Minute);
        rig.Close();

        Assert.Equal([false, true, false], rig.Output.Segments.Select(s => s.Segment.IsWhole));
        var whole = rig.Output.Segments[1].Segment;
        Assert.Equal((T0 + Minute, new SequenceRange(1, 3), 2), (whole.Window.StartMicros, whole.Range!.Value, whole.Count));
        Assert.Equal(
            "{\"id\":\"2\",\"ts\":1761350460000000,\"side\":\"buy\",\"price\":\"1.50\",\"size\":\"2\"}\n"
            + "{\"id\":\"3\",\"ts\":1761350519000000,\"side\":\"buy\",\"price\":\"1.50\",\"size\":\"2\"}\n",
            rig.Output.Segments[1].Rows);
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Run_that_began_just_before_the_edge_does_not_prove_it()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 4 * Second);
        rig.Trade(2, T0 + Second);
        rig.Trade(3, T0 + Minute);
        Assert.False(rig.Output.Segments[^1].Segment.IsWhole);
    }

    [Fact]
    public void Time_that_steps_back_stays_in_the_window_that_was_reached()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 30 * Second);
        rig.Trade(2, T0 + Second);
        rig.Trade(3, T0 - Second);
        rig.Trade(4, T0 + Minute);
        Assert.Equal(new SequenceRange(1, 3), Assert.Single(rig.Output.Whole).Segment.Range);
    }

    [Fact]
    public void Gap_makes_fragments_of_both_sides_and_its_row_names_the_missing_range()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 30 * Second);
        rig.Trade(2, T0 + Second);
        rig.Trade(7, T0 + 2 * Second);
        rig.Trade(8, T0 + Minute);
        rig.Trade(9, T0 + 2 * Minute);
        Assert.Equal(
            $$"""{"ts":{{T0 + 2 * Second}},"dataset":"trades","pair":"BTC-USDT","after":2,"upto":6,"from":{{T0 + Second}},"to":{{T0 + 2 * Second}},"cause":"skip"}""",
            Assert.Single(rig.Gaps));
        Assert.Equal([false, false, false, true], rig.Output.Segments.Select(s => s.Segment.IsWhole));
    }

    [Fact]
    public void Window_in_a_gap_is_not_quiet()
    {
        using var rig = new StreamRig();
        rig.Recorder.Subscribed(rig.Clock);
        for (var second = -90; second < 240; second++)
        {
            if (second is < 0 or > 125)
                rig.Trade(1_000 + second, T0 + second * Second);
            rig.TickAt(T0 + second * Second);
        }

        Assert.Single(rig.Gaps);
        Assert.DoesNotContain(rig.Output.Lines(Dataset.Coverage), line => line.Contains("\"state\":\"quiet\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Reconnect_that_chains_has_no_gap_and_one_that_does_not_has_a_gap_with_the_cause_disconnect()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 30 * Second);
        rig.Recorder.Interrupted();
        rig.Trade(2, T0 + Second);
        rig.Recorder.Interrupted();
        rig.Trade(3, T0 + Minute);
        Assert.Single(rig.Output.Whole);
        Assert.Empty(rig.Gaps);
        rig.Recorder.Interrupted();
        rig.Trade(5, T0 + Minute + Second);
        rig.Trade(6, T0 + Minute + 2 * Second);
        Assert.Contains("\"cause\":\"disconnect\"", Assert.Single(rig.Gaps), StringComparison.Ordinal);
    }

    [Fact]
    public void Held_segment_is_stored_as_a_fragment_and_whole_when_its_successor_chains()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 30 * Second);
        rig.Trade(2, T0 + Second);
        rig.TickAt(T0 + Minute + 29 * Second);
        Assert.Single(rig.Output.Segments);
        rig.TickAt(T0 + Minute + 30 * Second);
        rig.TickAt(T0 + Minute + 50 * Second);
        var held = rig.Output.Segments[^1].Segment;
        Assert.Equal((2, false, new SequenceRange(1, 2)), (rig.Output.Segments.Count, held.IsWhole, held.Range!.Value));
        rig.Trade(3, T0 + 5 * Minute);
        var whole = Assert.Single(rig.Output.Whole);
        Assert.Equal(rig.Output.Segments[1].Rows, whole.Rows);
        Assert.Equal(held.Range, whole.Segment.Range);
    }

    [Fact]
    public void Held_segment_that_is_stored_is_not_stored_again_when_the_recorder_stops()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + Second);
        rig.TickAt(T0 + 2 * Minute);
        rig.Close();
        Assert.Single(rig.Output.Segments);
    }

    [Fact]
    public void Replayed_trades_only_set_the_cursor_of_a_fresh_stream()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 - 50 * Second, replayed: true);
        rig.Trade(11, T0 - 40 * Second, replayed: true);
        rig.Trade(12, T0 + Second);
        rig.Trade(13, T0 + Minute);
        rig.Close();
        Assert.Equal([new SequenceRange(11, 12), new SequenceRange(12, 13)], rig.Output.Segments.Select(s => s.Segment.Range!.Value));
        Assert.Empty(rig.Output.Whole);
        Assert.Equal(2, rig.Recorder.ReplayedEvents);
    }

    [Fact]
    public void Trade_from_before_the_stream_that_is_replayed_again_is_not_stored()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 - 50 * Second, replayed: true);
        rig.Trade(11, T0 - 40 * Second);
        rig.Trade(10, T0 - 50 * Second, replayed: true);
        rig.Trade(11, T0 - 40 * Second, replayed: true);
        rig.Trade(12, T0 - 30 * Second);
        rig.Close();
        Assert.Equal(2, rig.Output.Segments.Sum(s => s.Segment.Count));
        Assert.Equal(2, rig.Recorder.ReplayedEvents);
        Assert.Equal(1, rig.Recorder.Duplicates);
    }

    [Fact]
    public void Replayed_trade_that_is_sent_again_is_stored()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 - 50 * Second, replayed: true);
        rig.Trade(10, T0 - 50 * Second);
        rig.Trade(11, T0 - 40 * Second);
        rig.Close();
        Assert.Equal(2, rig.Output.Segments.Sum(s => s.Segment.Count));
        Assert.Equal(0, rig.Recorder.Duplicates);
    }

    [Fact]
    public void Replayed_trades_close_the_gap_of_an_interrupted_stream()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 30 * Second);
        rig.Trade(2, T0 + 2 * Second);
        rig.Recorder.Interrupted();
        rig.Trade(1, T0 - 30 * Second, replayed: true);
        for (var id = 2; id <= 4; id++)
            rig.Trade(id, T0 + id * Second, replayed: true);
        rig.Trade(5, T0 + Minute);
        Assert.Equal(new SequenceRange(1, 4), Assert.Single(rig.Output.Whole).Segment.Range);
        Assert.Empty(rig.Gaps);
        Assert.Equal(2, rig.Recorder.Duplicates);
    }

    [Fact]
    public void Late_events_become_a_fragment_that_closes_the_gap()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + Second);
        rig.Trade(4, T0 + 4 * Second);
        rig.Trade(5, T0 + 4 * Second);
        rig.Trade(2, T0 + 2 * Second);
        rig.Trade(3, T0 + 3 * Second);
        rig.Close();
        Assert.Equal(
            [new SequenceRange(0, 1), new SequenceRange(3, 5), new SequenceRange(1, 3)],
            rig.Output.Segments.Select(s => s.Segment.Range!.Value));
        Assert.Equal(["\"cause\":\"skip\"}", "\"cause\":\"late\"}"], rig.Gaps.Select(row => row[row.IndexOf("\"cause\"", StringComparison.Ordinal)..]));
    }

    [Fact]
    public void Reset_keeps_every_event_and_marks_the_point()
    {
        using var rig = new StreamRig();
        rig.Trade(1000, T0 - 30 * Second);
        rig.Trade(1001, T0 + Second);
        for (var id = 1; id <= 5; id++)
            rig.Trade(id, T0 + (id + 1) * Second);
        rig.Trade(6, T0 + Minute);
        rig.Trade(7, T0 + 2 * Minute);
        rig.Close();
        Assert.Contains("\"after\":1001,\"upto\":0", Assert.Single(rig.Gaps), StringComparison.Ordinal);
        Assert.Equal(new SequenceRange(5, 6), Assert.Single(rig.Output.Whole).Segment.Range);
        Assert.Equal(9, rig.Output.Segments.Sum(s => s.Segment.Count));
        Assert.Contains(rig.Output.Segments, s => s.Segment.Range == new SequenceRange(0, 5));
    }

    [Fact]
    public void Single_stray_event_is_kept_as_a_fragment()
    {
        using var rig = new StreamRig();
        rig.Trade(10, T0 + Second);
        rig.Trade(3, T0 + 2 * Second);
        rig.Trade(11, T0 + 3 * Second);
        rig.Close();
        Assert.Equal([new SequenceRange(9, 11), new SequenceRange(2, 3)], rig.Output.Segments.Select(s => s.Segment.Range!.Value));
    }

    [Fact]
    public void Time_far_ahead_of_the_local_clock_moves_no_window_and_makes_a_fragment()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 - 30 * Second);
        rig.Trade(2, T0 + Second);
        var local = rig.Clock.LocalTime;
        rig.Recorder.RecordTrade(new() { Id = "3"u8, Range = SequenceRange.One(3), Micros = local + 3600 * Second, Price = "1"u8, Size = "1"u8 }, rig.Clock);
        rig.Trade(4, T0 + Minute);
        rig.Trade(5, T0 + 2 * Minute);
        var segment = rig.Output.Segments[1].Segment;
        Assert.Equal((false, new SequenceRange(1, 3), T0), (segment.IsWhole, segment.Range!.Value, segment.Window.StartMicros));
        Assert.Contains("\"time\":\"implausible\"", rig.Output.Segments[1].Rows, StringComparison.Ordinal);
        rig.Trade(6, T0 + 3 * Minute);
        Assert.Equal(new SequenceRange(4, 5), Assert.Single(rig.Output.Whole).Segment.Range);
    }

    [Fact]
    public void First_event_with_an_absurdly_old_time_proves_no_edge()
    {
        using var rig = new StreamRig();
        rig.Clock.LocalTime = T0 + 30 * Second;
        rig.Trade(1, 1_000_000);
        rig.Trade(2, T0 + 31 * Second);
        rig.Trade(3, T0 + Minute);
        Assert.Empty(rig.Output.Whole);
    }

    [Fact]
    public void Segment_that_grows_too_large_is_stored_in_fragments()
    {
        using var rig = new StreamRig(change: options => options.MaxSegmentBytes = 1024);
        rig.Trade(1, T0 - 30 * Second);
        for (var id = 2; id < 100; id++)
            rig.Trade(id, T0 + id);
        rig.Trade(100, T0 + Minute);
        rig.Trade(101, T0 + 2 * Minute);
        Assert.True(rig.Output.Segments.Count > 5);
        Assert.Equal(T0 + Minute, Assert.Single(rig.Output.Whole).Segment.Window.StartMicros);
    }

    [Fact]
    public void Segment_without_room_is_reported_as_an_overflow_gap()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + Second);
        rig.Output.Full = true;
        rig.Trade(2, T0 + Minute);
        Assert.Contains("\"after\":0,\"upto\":1", Assert.Single(rig.Gaps), StringComparison.Ordinal);
        Assert.Contains("\"cause\":\"overflow\"", Assert.Single(rig.Gaps), StringComparison.Ordinal);
    }

    [Fact]
    public void Held_segment_without_space_is_no_gap_and_is_stored_when_there_is_space_again()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + Second);
        rig.Output.Full = true;
        for (var second = 31; second < 40; second++)
            rig.TickAt(T0 + Minute + second * Second);
        Assert.Empty(rig.Gaps);
        rig.Output.Full = false;
        rig.TickAt(T0 + Minute + 40 * Second);
        Assert.Equal(new SequenceRange(0, 1), Assert.Single(rig.Output.Segments).Segment.Range);
        rig.TickAt(T0 + Minute + 41 * Second);
        rig.Close();
        Assert.Single(rig.Output.Segments);
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Overflow_gap_excludes_rows_that_were_stored_while_the_segment_was_held()
    {
        using var rig = new StreamRig();
        rig.Trade(1, T0 + Second);
        rig.TickAt(T0 + Minute + 31 * Second);
        Assert.Single(rig.Output.Segments);
        rig.Output.Full = true;
        rig.Trade(2, T0 + 2 * Second);
        rig.Trade(3, T0 + 2 * Minute);
        Assert.Contains($"\"after\":1,\"upto\":2,\"from\":{T0 + Second},\"to\":{T0 + 2 * Second},\"cause\":\"overflow\"", Assert.Single(rig.Gaps), StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_follow_the_rules_and_change_at_their_hour()
    {
        var change = DateTimeOffset.UnixEpoch.AddMicroseconds(T0).AddHours(1);
        var plan = new WindowPlan(
            new(Dataset.Trades, "testing", "X-USDT"),
            [new() { Market = "*-USDT", Minutes = 15 }, new() { Market = "X-*", Minutes = 5, From = change }, new() { Exchange = "other", Minutes = 60 }]);
        Assert.Equal(new Window(T0 + 45 * Minute, 15), plan.WindowOf(T0 + 59 * Minute));
        Assert.Equal(new Window(T0 + 60 * Minute, 5), plan.WindowOf(T0 + 62 * Minute));
    }
}
