using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Reading.Journals;
using Ingester.Reading.Objects;
using Ingester.Reading.Proofs;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading.Proofs;

/// <summary>Segments around a reported reset. The reset is in minute 10.</summary>
public sealed class NumberingsTests
{
    private static readonly StreamId Stream = new(Dataset.Depth, "binance", "BTC-USDT");

    [Theory]
    [InlineData(5, 400, 500, 0)]
    [InlineData(15, 100, 200, 1)]
    [InlineData(5, 2_000, 2_100, 1)] // the old numbering ended at 1000: the window in the name is wrong
    [InlineData(5, 900, 1_000, 0)]
    [InlineData(5, 900, 1_100, 1)] // the old numbering lacks the last of its ids
    [InlineData(15, 2_000, 2_100, 1)]
    public void Segment_around_a_reset_to_lower_ids_has_a_numbering_that_contains_its_ids(int minute, long after, long upTo, int numbering) =>
        Assert.Equal(numbering, NumberingOf(new(1_000, 50), minute, after, upTo));

    [Theory]
    [InlineData(700, 860, 0)]
    [InlineData(800, 860, 0)] // nearer to the start of the new numbering, which has no such ids
    [InlineData(850, 900, 0)]
    [InlineData(900, 950, 1)]
    [InlineData(960, 1_000, 0)]
    public void Segment_in_the_window_of_a_reset_to_lower_ids_whose_ids_are_all_lower_is_before_it(long after, long upTo, int numbering) =>
        Assert.Equal(numbering, NumberingOf(new(1_000, 900), minute: 10, after, upTo));

    [Theory]
    [InlineData(5, 400, 500, 0)]
    [InlineData(15, 5_000, 5_100, 1)]
    [InlineData(15, 400, 500, 0)] // the new numbering began after 5000: the window in the name is wrong
    [InlineData(5, 5_000, 5_100, 1)]
    [InlineData(5, 2_000, 2_100, 0)] // in no numbering: the window decides
    [InlineData(15, 2_000, 2_100, 1)]
    public void Segment_around_a_reset_to_higher_ids_has_a_numbering_that_contains_its_ids(int minute, long after, long upTo, int numbering) =>
        Assert.Equal(numbering, NumberingOf(new(1_000, 5_000), minute, after, upTo));

    [Theory]
    [InlineData(5, 300, 400, 0)]
    [InlineData(5, 750, 800, 0)] // after the ids of the second reset, which say nothing about the first numbering
    [InlineData(10, 900, 1_000, 0)]
    [InlineData(10, 500, 600, 1)]
    [InlineData(10, 610, 700, 2)]
    [InlineData(15, 700, 800, 2)]
    [InlineData(25, 10, 50, 3)] // below the ids of the first reset, which say nothing about the last numbering
    public void Segment_around_several_resets_is_compared_only_with_those_beside_its_numbering(int minute, long after, long upTo, int numbering)
    {
        var numberings = new Numberings(Stream, [Reset(10, 1_000, 500), Reset(10.5, 600, 601), Reset(20, 2_000, 10)]);
        Assert.Equal([numbering], NumberingsOf(numberings, (minute, after, upTo, false)));
    }

    [Fact]
    public void Reports_of_one_reset_with_a_clock_that_was_set_back_are_one_reset()
    {
        var numberings = new Numberings(Stream, [SetBack(12, 10, 1_000, 980), SetBack(12, 11, 1_000, 990)]);
        Assert.Equal([0, 0, 1, 1, 1], NumberingsOf(numberings, (9, 900, 980, false), (11, 980, 1_000, false), (11, 982, 1_010, false), (12, 1_010, 1_020, false), (13, 1_020, 1_030, false)));
        Assert.Equal(1, numberings.At(T0 + 15 * Minute));
    }

    [Fact]
    public void Segment_with_ids_of_both_sides_of_a_reset_contradicts_it()
    {
        var numberings = new Numberings(Stream, [Reset(5, 1_000, 50), Reset(10, 200, 205)]);
        Assert.Equal([1, 1, 1, 1], NumberingsOf(numberings, (9, 100, 150, false), (10, 150, 300, false), (10, 205, 250, false), (11, 250, 350, false)));
        Assert.Equal(1, numberings.At(T0 + 15 * Minute));
    }

    [Fact]
    public void Segments_that_share_ids_with_the_whole_segment_that_proves_a_reset_are_in_its_numbering()
    {
        Assert.Equal([0, 1, 1, 0, 1], NumberingsOf(new(Stream, []), (0, 500, 600, true), (3, 100, 200, true), (4, 200, 250, false), (4, 600, 650, false), (5, 200, 300, true)));
    }

    /// <summary>The reset is given by the last id of the old numbering and the id after which the new one begins.</summary>
    private static int NumberingOf((long After, long UpTo) reset, int minute, long after, long upTo) =>
        Assert.Single(NumberingsOf(new(Stream, [Reset(10, reset.After, reset.UpTo)]), (minute, after, upTo, false)));

    private static GapRecord Reset(double minute, long after, long upTo) =>
        new(Stream, "a", after, upTo, T0 + (long)(minute * Minute), T0 + (long)(minute * Minute) + Second, "reset");

    /// <summary>A reset with which the clock of the exchange was set back: its first event is earlier than the last one before it.</summary>
    private static GapRecord SetBack(int before, int first, long after, long upTo) =>
        new(Stream, "a", after, upTo, T0 + before * Minute, T0 + first * Minute, "reset");

    private static List<int> NumberingsOf(Numberings numberings, params (int Minute, long After, long UpTo, bool IsWhole)[] segments)
    {
        var known = new List<(SegmentEntry Entry, int Numbering)>();
        foreach (var (minute, after, upTo, isWhole) in segments)
            numberings.Add(known, new(new(Stream, new(T0 + minute * Minute, 1), new SequenceRange(after, upTo), isWhole), "key", 100));
        return [.. known.Select(one => one.Numbering)];
    }
}
