using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Sequencing;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

/// <summary>A local clock that is wrong may make us claim less; it neither claims more nor stores the same rows again and again.</summary>
public sealed class WrongClockTests
{
    [Theory]
    [InlineData(SequenceKind.Contiguous)]
    [InlineData(SequenceKind.None)]
    public void Clock_that_is_ahead_stores_each_window_once_when_it_is_over(SequenceKind kind)
    {
        using var rig = new StreamRig(kind);
        var ahead = 10 * Minute;
        for (var second = -90; second < 150; second++)
        {
            var micros = T0 + second * Second;
            rig.Clock.LocalTime = micros + ahead;
            if (kind == SequenceKind.Contiguous)
                rig.Trade(1_000 + second, micros);
            else
                rig.Depth(micros);
            rig.TickAt(micros + ahead);
        }

        Assert.Equal([T0 - 2 * Minute, T0 - Minute, T0, T0 + Minute], rig.Output.Segments.Select(s => s.Segment.Window.StartMicros));
    }

    [Theory]
    [InlineData(SequenceKind.Contiguous)]
    [InlineData(SequenceKind.None)]
    public void Clock_that_is_set_far_back_leaves_no_row_in_memory_for_longer_than_a_window_and_the_hold(SequenceKind kind)
    {
        using var rig = new StreamRig(kind);
        for (var second = -90; second < 300; second++)
        {
            var micros = T0 + second * Second;
            var local = second < 15 ? micros : micros - 20 * Minute;
            rig.Clock.LocalTime = local;
            if (kind == SequenceKind.Contiguous)
                rig.Recorder.RecordTrade(new() { Id = "1"u8, Range = SequenceRange.One(1_000 + second), Micros = micros, Price = "1"u8, Size = "2"u8 }, rig.Clock);
            else
                rig.Recorder.RecordDiff(new() { Micros = micros, Bids = "[]"u8, Asks = "[]"u8 }, rig.Clock);
            rig.TickAt(local);
            var handed = rig.Output.Segments.Sum(s => s.Segment.Count);
            Assert.InRange(second + 91 - handed, 0, 2 * 95); // what is open, and what was open before it
        }

        Assert.DoesNotContain(rig.Output.Whole, s => s.Segment.Window.StartMicros >= T0);
    }

    [Fact]
    public void Held_segment_is_stored_in_time_although_the_clock_was_set_back()
    {
        using var rig = new StreamRig();
        rig.Clock.LocalTime = T0 + 30 * Minute;
        rig.Trade(1, T0);
        rig.TickAt(T0 + 2 * Minute); // set back by nearly half an hour: the hold begins anew
        Assert.Empty(rig.Output.Segments);
        rig.TickAt(T0 + 2 * Minute + 30 * Second);
        Assert.Single(rig.Output.Segments);
    }

    [Theory]
    [InlineData(0, "quiet")]
    [InlineData(10 * Minute, "absent")]
    public void Silent_window_is_called_quiet_only_where_the_clock_agrees_with_the_exchange(long ahead, string state)
    {
        using var rig = new StreamRig();
        rig.Clock.LocalTime = T0 - 10 * Minute + ahead;
        rig.Statistics.ConnectionOpened(rig.Clock.LocalTime);
        rig.Recorder.Subscribed(rig.Clock);
        for (var micros = T0 - 10 * Minute; micros < T0 + 2 * Minute; micros += Second)
        {
            rig.Clock.LocalTime = micros + ahead;
            rig.Clock.BeginFrame();
            rig.Clock.Observe(micros, Minute, 5 * Second); // other streams of the connection bring time
            rig.Recorder.Tick(rig.Clock, rig.Statistics);
        }

        var lines = rig.Output.Lines(Dataset.Coverage).ToList();
        Assert.NotEmpty(lines);
        Assert.Contains($"\"state\":\"{state}\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void One_wrong_time_that_only_a_clock_that_is_ahead_makes_plausible_ends_no_window_as_whole()
    {
        using var rig = new StreamRig();
        for (var second = -90; second < 210; second++)
        {
            rig.Clock.LocalTime = T0 + second * Second + 200 * Second;
            rig.Trade(1_000 + second, T0 + (second == 30 ? second + 55 : second) * Second);
        }

        Assert.Equal([T0 - Minute, T0 + 2 * Minute], rig.Output.Whole.Select(s => s.Segment.Window.StartMicros));
    }

    [Fact]
    public void Connection_whose_first_time_leaps_over_the_times_of_the_one_before_ends_the_proof()
    {
        var clock = new ConnectionClock { ReachedByPredecessors = (T0, T0 + 200 * Second), LocalTime = T0 + 210 * Second };
        clock.BeginFrame();
        Assert.Equal(ClockChange.Leap, clock.Observe(T0 + 65 * Second, 30 * Second, 5 * Second));
    }

    [Fact]
    public void Time_that_was_plausible_on_arrival_stays_so_while_the_event_waits()
    {
        using var rig = new StreamRig();
        rig.Clock.LocalTime = T0 + Second;
        rig.Trade(1, T0);
        Record(3, T0 + 30 * Second + Second / 2); // waits for 2
        rig.Clock.LocalTime = T0 - 40 * Second;
        Record(2, T0 + Second);
        rig.Close();
        Assert.Equal(3, rig.Output.Segments.Sum(s => s.Segment.Count));
        Assert.DoesNotContain(rig.Output.Segments, s => s.Rows.Contains("implausible", StringComparison.Ordinal));

        void Record(long id, long micros) => // a replayed trade moves no clock
            rig.Recorder.RecordTrade(new() { Id = Encoding.UTF8.GetBytes($"{id}"), Range = SequenceRange.One(id), Micros = micros, Price = "1"u8, Size = "2"u8, IsReplayed = true }, rig.Clock);
    }

    [Fact]
    public void Windows_that_the_clock_of_the_exchange_passes_twice_are_not_whole()
    {
        using var rig = new StreamRig();
        for (var second = -90; second < 300; second++) // at 0:30 the exchange's clock is set back by 70 s
            rig.Trade(1_000 + second, T0 + (second < 30 ? second : second - 70) * Second);
        Assert.Equal([T0 - Minute, T0 + Minute, T0 + 2 * Minute], rig.Output.Whole.Select(s => s.Segment.Window.StartMicros));
    }

    [Fact]
    public void Connection_that_begins_with_a_clock_that_was_set_back_proves_no_window_of_the_one_before()
    {
        var clock = new ConnectionClock { ReachedByPredecessors = (T0 + 30 * Second, T0 + 31 * Second), LocalTime = T0 + 53 * Second };
        var changes = Enumerable.Range(0, 5).Select(second =>
        {
            clock.BeginFrame();
            return clock.Observe(T0 + (second - 40) * Second, 30 * Second, 5 * Second);
        });
        Assert.Equal([ClockChange.None, ClockChange.None, ClockChange.SetBack, ClockChange.None, ClockChange.None], changes);
        Assert.Equal((T0 - 40 * Second, T0 + 52 * Second), clock.DoubtfulSpanOf(ClockChange.SetBack));
    }

    [Fact]
    public void Clock_that_is_set_back_while_the_local_clock_is_distrusted_proves_no_window_that_it_passes_again()
    {
        using var rig = new StreamRig(SequenceKind.None);
        for (var second = -70; second < 50; second++)
            rig.Depth(T0 + second * Second);
        for (var second = 50; second < 60; second++)
            ReceiveAt(T0 + second * Second, T0 + 10 * Minute + second * Second);
        for (var second = 60; second < 300; second++)
            ReceiveAt(T0 + second * Second, T0 + (second - 25) * Second);
        Assert.Equal([T0 - Minute, T0 + 2 * Minute, T0 + 3 * Minute], rig.Output.Whole.Select(s => s.Segment.Window.StartMicros)); // the clock may have reached 1:02 before

        void ReceiveAt(long local, long micros)
        {
            rig.Hear(micros, local);
            rig.Recorder.RecordDiff(new() { Micros = micros, Bids = "[]"u8, Asks = "[]"u8 }, rig.Clock);
        }
    }

    [Fact]
    public void Late_events_between_others_do_not_set_the_clock_back()
    {
        var clock = new ConnectionClock { LocalTime = T0 };
        for (var second = 0; second < 60; second++)
            foreach (var micros in (long[])[T0 + second * Second, T0 + (second - 30) * Second])
            {
                clock.BeginFrame();
                Assert.NotEqual(ClockChange.SetBack, clock.Observe(micros, 30 * Second, 5 * Second));
            }
    }
}
