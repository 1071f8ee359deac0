using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using static Ingester.Core.Tests.Segments.StreamRig;

namespace Ingester.Core.Tests.Segments;

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
            rig.Clock.Local = micros + ahead;
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
            rig.Clock.Local = local;
            if (kind == SequenceKind.Contiguous)
                rig.Recorder.Trade(new() { Id = "1"u8, Range = SequenceRange.One(1_000 + second), Micros = micros, Price = "1"u8, Size = "2"u8 }, rig.Clock);
            else
                rig.Recorder.Depth(new() { Micros = micros, Bids = "[]"u8, Asks = "[]"u8 }, rig.Clock);
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
        rig.Clock.Local = T0 + 30 * Minute;
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
        rig.Clock.Local = T0 - 10 * Minute + ahead;
        rig.Statistics.Connected(rig.Clock.Local);
        rig.Recorder.Covered(rig.Clock);
        for (var micros = T0 - 10 * Minute; micros < T0 + 2 * Minute; micros += Second)
        {
            rig.Clock.Local = micros + ahead;
            rig.Clock.BeginFrame();
            rig.Clock.Hear(micros, Minute, 5 * Second); // other streams of the connection bring time
            rig.Recorder.Tick(rig.Clock, rig.Statistics);
        }

        var lines = rig.Output.Lines(Dataset.Coverage).ToList();
        Assert.NotEmpty(lines);
        Assert.Contains($"\"state\":\"{state}\"", lines[^1], StringComparison.Ordinal);
    }
}
