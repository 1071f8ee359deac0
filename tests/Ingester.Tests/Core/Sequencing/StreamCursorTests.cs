using Ingester.Core.Sequencing;

namespace Ingester.Tests.Core.Sequencing;

/// <summary>Rules S1 to S10 of <c>docs/proof.md</c>.</summary>
public sealed class StreamCursorTests
{
    private readonly StreamCursor cursor = new(SequenceKind.Contiguous);

    [Fact]
    public void Ids_that_follow_are_the_next_ones()
    {
        Assert.Equal(CursorOutcome.First, Take(99, 100, 1));
        Assert.True(cursor.IsNext(new(100, 105)));
        Assert.Equal(CursorOutcome.Next, Take(100, 105, 2));
        Assert.Equal(105, cursor.UpTo);
        Assert.Equal([new SequenceRange(99, 105)], cursor.Recorded.Intervals);
    }

    [Fact]
    public void Numbering_of_a_slow_stream_begins_again_although_its_rows_are_stored_between()
    {
        Take(999, 1_000, 1);
        for (var id = 1; id < StreamCursor.RequiredStrongEvidence; id++)
        {
            Assert.Equal(CursorOutcome.Unrecognized, Take(id - 1, id, 1_000 + id));
            cursor.RemoveStoredRun(cursor.Runs[0].Id);
        }

        Assert.Equal(CursorOutcome.Reset, Take(StreamCursor.RequiredStrongEvidence - 1, StreamCursor.RequiredStrongEvidence, 2_000));
    }

    [Fact]
    public void Jump_in_ids_is_a_gap_once_its_successor_chains()
    {
        Take(99, 100, 1);
        Assert.Equal(CursorOutcome.Candidate, Take(103, 104, 2));
        Assert.Equal(100, cursor.UpTo);
        var verdict = cursor.Evaluate(Event(104, 105, 3));
        Assert.Equal((CursorOutcome.Gap, new SequenceRange(100, 103)), (verdict.Outcome, verdict.Span));
        Assert.Equal(105, cursor.UpTo);
        Assert.Equal(CursorOutcome.Next, Take(105, 106, 4));
    }

    [Fact]
    public void One_id_that_is_far_too_high_moves_nothing()
    {
        Take(99, 100, 1);
        Assert.Equal(CursorOutcome.Candidate, Take(5_000_100, 5_000_101, 2));
        for (var id = 101; id < 200; id++)
            Assert.Equal(CursorOutcome.Next, Take(id - 1, id, id));
        Assert.Null(cursor.TakeReachedRun());
        Assert.Empty(cursor.UnconfirmedGaps());
    }

    [Fact]
    public void Two_ids_that_are_far_too_high_are_left_again_by_three_that_are_later()
    {
        Take(99, 100, 1);
        Take(5_000_100, 5_000_101, 2);
        Assert.Equal(CursorOutcome.Gap, Take(5_000_101, 5_000_102, 3));
        Assert.Equal(CursorOutcome.Late, Take(102, 103, 4));
        Assert.Equal(CursorOutcome.Late, Take(103, 104, 5));
        Assert.Equal(CursorOutcome.Reset, Take(104, 105, 6));
        Assert.Equal(CursorOutcome.Next, Take(105, 106, 7));
    }

    [Fact]
    public void Neighbours_in_the_wrong_order_join_without_a_gap()
    {
        Take(99, 100, 1);
        var early = cursor.Evaluate(Event(101, 102, 3));
        Assert.Equal(CursorOutcome.Candidate, early.Outcome);
        Assert.Equal(CursorOutcome.Next, Take(100, 101, 2));
        Assert.Equal(early.Run, cursor.TakeReachedRun()?.Id);
        Assert.Null(cursor.TakeReachedRun());
        Assert.Equal(102, cursor.UpTo);
    }

    [Fact]
    public void Repetition_is_a_duplicate_and_other_content_a_conflict()
    {
        Take(99, 100, 1);
        Take(100, 101, 2);
        Assert.Equal(CursorOutcome.Duplicate, Take(100, 101, 2));
        Assert.Equal(CursorOutcome.Conflict, cursor.Evaluate(Event(100, 101, 2) with { Hash = 77 }).Outcome);
        Assert.Equal(CursorOutcome.Duplicate, cursor.Evaluate(Event(100, 101, 2) with { Hash = 77 }).Outcome);
        Assert.Equal(101, cursor.UpTo);
    }

    [Fact]
    public void Repetition_that_is_forgotten_is_kept()
    {
        for (var id = 1; id <= 2_000; id++)
            Take(id - 1, id, id);
        Assert.Equal(CursorOutcome.Repeated, Take(4, 5, 5));
        Assert.Equal(CursorOutcome.Duplicate, Take(1_998, 1_999, 1_999));
    }

    [Fact]
    public void Overlapping_event_continues_the_chain_and_ends_the_proof_unless_another_connection_groups_the_ids_differently()
    {
        Take(90, 100, 5);
        Assert.Equal(CursorOutcome.Overlap, Take(95, 102, 5));
        Assert.Equal(102, cursor.UpTo);

        var regrouped = new StreamCursor(SequenceKind.Contiguous);
        regrouped.Evaluate(Event(90, 100, 5));
        Assert.Equal(CursorOutcome.Next, regrouped.Evaluate(Event(95, 102, 5) with { Connection = 2, MayRegroup = true }).Outcome);
        Assert.Equal(CursorOutcome.Duplicate, regrouped.Evaluate(Event(91, 99, 5) with { Connection = 3, MayRegroup = true }).Outcome);
        Assert.Equal(CursorOutcome.Unrecognized, regrouped.Evaluate(Event(91, 94, 5) with { Connection = 1, MayRegroup = true }).Outcome);
    }

    [Fact]
    public void Event_that_fills_a_gap_is_late_with_the_filled_range()
    {
        Take(9, 10, 1);
        Take(20, 21, 4);
        Take(21, 22, 5);
        var late = cursor.Evaluate(Event(12, 15, 2));
        Assert.Equal((CursorOutcome.Late, new SequenceRange(12, 15)), (late.Outcome, late.Span));
        Assert.Equal(CursorOutcome.Duplicate, Take(12, 15, 2));
        Assert.Equal(CursorOutcome.Late, Take(10, 12, 2));
        Assert.Equal(CursorOutcome.Late, Take(15, 20, 3));
        Assert.Equal([new SequenceRange(9, 22)], cursor.Recorded.Intervals);
    }

    [Fact]
    public void Chained_run_below_the_head_with_later_times_is_a_reset()
    {
        Take(999, 1_000, 100);
        Assert.Equal(CursorOutcome.Unrecognized, Take(0, 1, 101));
        Assert.Equal(CursorOutcome.Duplicate, Take(0, 1, 101));
        Assert.Equal(CursorOutcome.Unrecognized, Take(1, 2, 102));
        var reset = cursor.Evaluate(Event(2, 3, 102));
        Assert.Equal((CursorOutcome.Reset, new SequenceRange(1_000, 0)), (reset.Outcome, reset.Span));
        Assert.Equal(CursorOutcome.Next, Take(3, 4, 103));
    }

    [Fact]
    public void Reset_with_an_earlier_clock_is_detected_by_a_longer_run_and_loses_nothing()
    {
        Take(999, 1_000, 1_000);
        for (var id = 1; id < StreamCursor.RequiredWeakEvidence; id++)
            Assert.Equal(CursorOutcome.Unrecognized, Take(id - 1, id, id));
        Assert.Equal(CursorOutcome.Reset, Take(StreamCursor.RequiredWeakEvidence - 1, StreamCursor.RequiredWeakEvidence, StreamCursor.RequiredWeakEvidence));
    }

    [Fact]
    public void Reset_to_ids_that_were_recorded_is_seen_by_their_content()
    {
        for (var id = 1; id <= 100; id++)
            Take(id - 1, id, id);
        Assert.Equal(CursorOutcome.Conflict, cursor.Evaluate(Event(49, 50, 1) with { Hash = 1_050 }).Outcome);
        Assert.Equal(CursorOutcome.Conflict, cursor.Evaluate(Event(50, 51, 1) with { Hash = 1_051 }).Outcome);
        Assert.Equal(CursorOutcome.Reset, cursor.Evaluate(Event(51, 52, 1) with { Hash = 1_052 }).Outcome);
    }

    [Fact]
    public void Old_events_that_another_connection_repeats_are_no_reset()
    {
        for (var id = 1; id <= 2_000; id++)
            Take(id - 1, id, id);
        for (var id = 1; id <= 100; id++)
            Assert.Equal(CursorOutcome.Unrecognized, cursor.Evaluate(Event(id - 1, id, id) with { Connection = 2 }).Outcome);
        Assert.Equal(CursorOutcome.Next, Take(2_000, 2_001, 2_001));
    }

    [Fact]
    public void Reset_that_no_connection_was_open_for_is_found_although_the_clock_was_set_back()
    {
        for (var id = 1_001; id <= 2_000; id++)
            Take(id - 1, id, id);
        for (var id = 1; id < StreamCursor.RequiredWeakEvidence; id++)
            Assert.Equal(CursorOutcome.Unrecognized, cursor.Evaluate(Event(id - 1, id, id) with { Connection = 2 }).Outcome);
        Assert.Equal(CursorOutcome.Reset, cursor.Evaluate(Event(15, 16, 16) with { Connection = 2 }).Outcome);
    }

    [Fact]
    public void Range_of_a_stored_row_above_the_head_is_evaluated_when_the_chain_reaches_it()
    {
        Take(0, 1, 1);
        Take(3, 4, 2);
        Take(1, 2, 3);
        cursor.RemoveStoredRun(cursor.Runs[0].Id);
        Assert.True(cursor.IsNext(new(2, 3)));
        Assert.False(cursor.IsNext(new(2, 4)));
        Take(2, 3, 4);
        Assert.False(cursor.IsNext(new(3, 4)));
        Assert.Null(cursor.TakeContradictedRun());
        Assert.Equal(CursorOutcome.Next, cursor.Evaluate(Event(3, 4, 5) with { Hash = 99 }).Outcome);
        Assert.Equal(new SequenceRange(3, 4), cursor.TakeContradictedRun()?.Range);
        Assert.True(cursor.IsNext(new(4, 5)));
    }

    [Fact]
    public void Stored_row_above_the_head_that_arrives_again_in_its_place_does_not_contradict_the_chain()
    {
        Take(0, 1, 1);
        Take(3, 4, 2);
        Take(1, 2, 3);
        cursor.RemoveStoredRun(cursor.Runs[0].Id);
        Take(2, 3, 4);
        Assert.Equal(CursorOutcome.Next, Take(3, 4, 2));
        Assert.Null(cursor.TakeContradictedRun());
    }

    [Theory]
    [InlineData(11, 16)] // the chain ends within the candidate
    [InlineData(11, 18)] // both end together
    [InlineData(11, 19)] // the chain covers the candidate
    public void Candidate_that_the_chain_covers_under_other_boundaries_is_contradicted_unless_another_connection_groups_the_ids_differently(long after, long upTo)
    {
        var regrouped = new StreamCursor(SequenceKind.Contiguous);
        foreach (var one in new[] { cursor, regrouped })
        {
            one.Evaluate(Event(0, 10, 1));
            one.Evaluate(Event(15, 18, 9));
            one.Evaluate(Event(10, 11, 2));
            Assert.Null(one.TakeContradictedRun());
        }

        Take(after, upTo, 3);
        var passed = cursor.TakeContradictedRun();
        Assert.Equal((new SequenceRange(15, 18), 1L, 9L), (passed?.Range, passed?.HeadMicros, passed?.LastMicros));
        Assert.Null(cursor.TakeContradictedRun());
        Assert.Empty(cursor.Runs);
        regrouped.Evaluate(Event(after, upTo, 3) with { Connection = 2, MayRegroup = true });
        Assert.Null(regrouped.TakeContradictedRun());
    }

    [Fact]
    public void Candidate_within_a_gap_is_not_contradicted_but_one_within_the_confirmed_run_is()
    {
        Take(0, 10, 1);
        Take(12, 14, 2);
        Take(22, 24, 3);
        Take(21, 23, 4);
        Assert.Equal(CursorOutcome.Gap, Take(23, 26, 5));
        Assert.Equal(new SequenceRange(22, 24), cursor.TakeContradictedRun()?.Range);
        Assert.Null(cursor.TakeContradictedRun());
    }

    [Fact]
    public void Run_below_the_head_is_no_reset_while_the_chain_continues()
    {
        Take(999, 1_000, 1);
        for (var step = 1; step < 50; step++)
        {
            Assert.Equal(CursorOutcome.Unrecognized, Take(step - 1, step, 1_000 + step));
            Assert.Equal(CursorOutcome.Next, Take(999 + step, 1_000 + step, 2_000 + step));
        }
    }

    [Fact]
    public void Single_events_between_gaps_are_believed_when_too_many_wait()
    {
        Take(0, 1, 1);
        var gaps = new List<SequenceRange>();
        for (var id = 3; id < 41; id += 2)
        {
            Take(id - 1, id, id);
            while (cursor.AcceptNearestRun() is { } nearest)
                gaps.Add(nearest.Span);
        }

        Assert.Equal(new SequenceRange(1, 2), gaps[0]);
        Assert.Equal(StreamCursor.MaxRuns, cursor.UnconfirmedGaps().Count);
        Assert.Equal(19, gaps.Count + cursor.UnconfirmedGaps().Count);
    }

    [Fact]
    public void Ids_that_only_rise_have_no_gaps()
    {
        var rising = new StreamCursor(SequenceKind.Monotonic);
        rising.Evaluate(Event(0, 1, 1));
        Assert.Equal(CursorOutcome.Next, rising.Evaluate(Event(9, 10, 2)).Outcome);
        Assert.Equal(CursorOutcome.Duplicate, rising.Evaluate(Event(9, 10, 2)).Outcome);
        Assert.Equal(CursorOutcome.Unrecognized, rising.Evaluate(Event(4, 5, 1)).Outcome);
        Assert.Equal(CursorOutcome.Next, rising.Evaluate(Event(11, 12, 3)).Outcome);
    }

    [Fact]
    public void Ids_at_the_edge_of_64_bits_are_only_numbers()
    {
        Take(long.MinValue, long.MinValue + 1, 1);
        Assert.Equal(CursorOutcome.Next, Take(long.MinValue + 1, -1, 2));
        Assert.Equal(CursorOutcome.Next, Take(-1, long.MaxValue, 3));
        Assert.Equal(CursorOutcome.Duplicate, Take(-1, long.MaxValue, 3));
    }

    private static CursorEvent Event(long after, long upTo, long micros) => new(new(after, upTo), micros, unchecked((ulong)upTo), Connection: 1);

    private CursorOutcome Take(long after, long upTo, long micros) => cursor.Evaluate(Event(after, upTo, micros)).Outcome;
}
