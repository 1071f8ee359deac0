using Ingester.Core.Sequencing;

namespace Ingester.Core.Tests.Sequencing;

public sealed class StreamCursorTests
{
    private readonly StreamCursor cursor = new();

    [Fact]
    public void Ids_that_follow_are_contiguous()
    {
        Assert.Equal(CursorOutcome.First, cursor.Take(new(99, 100), 1));
        Assert.Equal(CursorOutcome.Contiguous, cursor.Take(new(100, 105), 2));
        Assert.Equal(105, cursor.UpTo);
    }

    [Fact]
    public void Jump_in_ids_is_one_gap_and_then_continues()
    {
        cursor.Take(new(99, 100), 1);
        Assert.Equal(CursorOutcome.Gap, cursor.Take(new(103, 104), 2));
        Assert.Equal(new SequenceRange(100, 103), cursor.Missing);
        Assert.Equal(CursorOutcome.Contiguous, cursor.Take(new(104, 105), 3));
        Assert.Equal([new SequenceRange(100, 103)], cursor.Holes);
    }

    [Fact]
    public void Event_below_the_cursor_is_a_duplicate_and_one_across_it_an_overlap()
    {
        cursor.Take(new(90, 100), 5);
        Assert.Equal(CursorOutcome.Duplicate, cursor.Take(new(95, 100), 5));
        Assert.Equal(CursorOutcome.Overlap, cursor.Take(new(95, 102), 5));
        Assert.Equal(102, cursor.UpTo);
    }

    [Fact]
    public void Event_that_falls_into_a_hole_is_late_and_leaves_what_is_still_missing()
    {
        cursor.Take(new(9, 10), 1);
        cursor.Take(new(20, 21), 2);
        Assert.Equal(CursorOutcome.Late, cursor.Take(new(12, 15), 1));
        Assert.Equal([new SequenceRange(10, 12), new SequenceRange(15, 20)], cursor.Holes);
        Assert.Equal(CursorOutcome.Duplicate, cursor.Take(new(12, 15), 1));
        Assert.Equal(CursorOutcome.Late, cursor.Take(new(10, 12), 1));
        Assert.Equal(CursorOutcome.Late, cursor.Take(new(15, 20), 1));
        Assert.Empty(cursor.Holes);
        Assert.Equal(21, cursor.UpTo);
    }

    [Fact]
    public void Chained_run_below_the_cursor_with_newer_times_is_a_reset()
    {
        cursor.Take(new(999, 1000), 100);
        Assert.Equal(CursorOutcome.Stray, cursor.Take(new(0, 1), 101));
        Assert.Equal(CursorOutcome.Duplicate, cursor.Take(new(0, 1), 101));
        Assert.Equal(CursorOutcome.Stray, cursor.Take(new(1, 2), 102));
        Assert.Equal(CursorOutcome.Reset, cursor.Take(new(2, 3), 102));
        Assert.Equal(CursorOutcome.Contiguous, cursor.Take(new(3, 4), 103));
    }

    [Fact]
    public void Repeated_events_are_never_a_reset()
    {
        for (var id = 1; id <= 10; id++)
            cursor.Take(SequenceRange.One(id), id);
        for (var id = 1; id <= 10; id++)
            Assert.Equal(CursorOutcome.Duplicate, cursor.Take(SequenceRange.One(id), id));
    }

    [Fact]
    public void Holes_are_bounded_and_the_oldest_is_forgotten_first()
    {
        for (long id = 0; id < 10 * StreamCursor.MostHoles; id += 2)
            cursor.Take(SequenceRange.One(id), id);
        Assert.Equal(StreamCursor.MostHoles, cursor.Holes.Count);
        Assert.Equal(10 * StreamCursor.MostHoles - 3, cursor.Holes[^1].UpTo);
    }

    [Fact]
    public void Ids_at_the_edge_of_64_bits_are_only_numbers()
    {
        cursor.Take(new(long.MaxValue - 2, long.MaxValue - 1), 1);
        Assert.Equal(CursorOutcome.Contiguous, cursor.Take(new(long.MaxValue - 1, long.MaxValue), 2));
        Assert.Equal(CursorOutcome.First, new StreamCursor().Take(new(long.MinValue, -5), 1));
    }
}
