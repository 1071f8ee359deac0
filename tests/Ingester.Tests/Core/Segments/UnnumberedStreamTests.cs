using Ingester.Core.Sequencing;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Segments;

public sealed class UnnumberedStreamTests
{
    [Fact]
    public void Window_that_the_connection_covered_is_whole_after_the_grace()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Depth(T0 - 30 * Second);
        rig.Depth(T0 + Second);
        rig.Depth(T0 + Minute);
        Assert.Empty(rig.Output.Whole);
        rig.Depth(T0 + Minute + 2 * Second);
        var whole = Assert.Single(rig.Output.Whole).Segment;
        Assert.Equal((T0, 1, (SequenceRange?)null), (whole.Window.StartMicros, whole.Count, whole.Range));
    }

    [Fact]
    public void Exchange_clock_closes_a_window_that_nothing_follows()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Depth(T0 - 30 * Second);
        rig.Depth(T0 + Second);
        rig.Hear(T0 + Minute + 3 * Second);
        rig.TickAt(T0 + Minute + 3 * Second);
        Assert.Single(rig.Output.Whole);
    }

    [Fact]
    public void Event_after_its_window_was_sealed_is_a_fragment()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Depth(T0 - 30 * Second);
        rig.Depth(T0 + Second);
        rig.Hear(T0 + Minute + 3 * Second);
        rig.TickAt(T0 + Minute + 3 * Second);
        rig.Depth(T0 + 59 * Second, "9.9");
        rig.Depth(T0 + Minute + 4 * Second);
        rig.Depth(T0 + 2 * Minute + 4 * Second);
        Assert.Equal([T0, T0 + Minute], rig.Output.Whole.Select(s => s.Segment.Window.StartMicros));
        Assert.Contains("9.9", rig.Output.Segments.Single(s => !s.Segment.IsWhole && s.Segment.Window.StartMicros == T0).Rows, StringComparison.Ordinal);
    }

    [Fact]
    public void Interruption_before_a_time_that_is_too_early_is_reported_again_at_the_next_later_one()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Depth(T0);
        rig.Recorder.Interrupted();
        rig.Depth(T0 - 40 * Second);
        rig.Depth(T0 - 39 * Second);
        rig.Depth(T0 + 20 * Second);
        Assert.Equal(
            [
                $$"""{"ts":{{T0}},"dataset":"depth","pair":"BTC-USDT","from":{{T0 - 40 * Second}},"to":{{T0}},"cause":"disconnect"}""",
                $$"""{"ts":{{T0 + 20 * Second}},"dataset":"depth","pair":"BTC-USDT","from":{{T0}},"to":{{T0 + 20 * Second}},"cause":"disconnect"}""",
            ],
            rig.Gaps);
    }

    [Fact]
    public void Disconnect_makes_fragments_and_a_gap_without_a_range()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Depth(T0 - 30 * Second);
        rig.Depth(T0 + Second);
        rig.Recorder.Interrupted();
        rig.Depth(T0 + 20 * Second);
        rig.Depth(T0 + Minute);
        rig.Depth(T0 + 2 * Minute);
        rig.Depth(T0 + 2 * Minute + 3 * Second);
        Assert.Equal(T0 + Minute, Assert.Single(rig.Output.Whole).Segment.Window.StartMicros);
        Assert.Equal(
            $$"""{"ts":{{T0 + 20 * Second}},"dataset":"depth","pair":"BTC-USDT","from":{{T0 + Second}},"to":{{T0 + 20 * Second}},"cause":"disconnect"}""",
            Assert.Single(rig.Gaps));
    }

    [Fact]
    public void Connection_lost_within_the_grace_leaves_a_fragment()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Depth(T0 - 30 * Second);
        rig.Depth(T0 + Second);
        rig.Depth(T0 + Minute + Second);
        rig.Recorder.Interrupted();
        Assert.Empty(rig.Output.Whole);
        Assert.Equal(3, rig.Output.Segments.Count);
    }

    [Fact]
    public void Book_before_the_first_time_proves_nothing()
    {
        using var rig = new StreamRig(SequenceKind.None);
        rig.Recorder.SnapshotReceived(rig.Clock);
        rig.Depth(T0 + 58 * Second);
        rig.Depth(T0 + Minute + Second);
        rig.Depth(T0 + Minute + 3 * Second);
        Assert.Empty(rig.Output.Whole);
    }

    [Fact]
    public void Monotonic_stream_drops_duplicates_and_sees_no_gaps()
    {
        using var rig = new StreamRig(SequenceKind.Monotonic);
        rig.Depth(T0 - 30 * Second, range: SequenceRange.One(5));
        rig.Depth(T0 + Second, range: SequenceRange.One(9));
        rig.Depth(T0 + Second, range: SequenceRange.One(9));
        rig.Depth(T0 + 2 * Second, range: SequenceRange.One(20));
        rig.Depth(T0 + Minute, range: SequenceRange.One(21));
        rig.Depth(T0 + Minute + 2 * Second, range: SequenceRange.One(30));
        var whole = Assert.Single(rig.Output.Whole).Segment;
        Assert.Equal((new SequenceRange(8, 20), 2), (whole.Range!.Value, whole.Count));
        Assert.Empty(rig.Gaps);
    }

    [Fact]
    public void Interruption_is_reported_although_the_next_ids_are_below_a_wrong_id()
    {
        using var rig = new StreamRig(SequenceKind.Monotonic);
        rig.Depth(T0, range: SequenceRange.One(10));
        rig.Depth(T0 + Second, range: SequenceRange.One(5_000_010));
        rig.Recorder.Interrupted();
        rig.Depth(T0 + 20 * Second, range: SequenceRange.One(14));
        rig.Depth(T0 + 21 * Second, range: SequenceRange.One(15));
        var gap = Assert.Single(rig.Gaps);
        Assert.Contains($"\"from\":{T0 + Second},\"to\":{T0 + 20 * Second},\"cause\":\"disconnect\"", gap, StringComparison.Ordinal);
    }
}
