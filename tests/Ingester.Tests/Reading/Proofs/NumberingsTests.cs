using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
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
    [InlineData(15, 2_000, 2_100, 1)]
    public void Segment_around_a_reset_to_lower_ids_has_a_numbering_that_contains_its_ids(int minute, long after, long upTo, int numbering) =>
        Assert.Equal(numbering, NumberingOf(new(1_000, 50), minute, after, upTo));

    [Theory]
    [InlineData(5, 400, 500, 0)]
    [InlineData(15, 5_000, 5_100, 1)]
    [InlineData(15, 400, 500, 0)] // the new numbering began after 5000: the window in the name is wrong
    [InlineData(5, 5_000, 5_100, 1)]
    [InlineData(5, 2_000, 2_100, 0)] // in no numbering: the window decides
    [InlineData(15, 2_000, 2_100, 1)]
    public void Segment_around_a_reset_to_higher_ids_has_a_numbering_that_contains_its_ids(int minute, long after, long upTo, int numbering) =>
        Assert.Equal(numbering, NumberingOf(new(1_000, 5_000), minute, after, upTo));

    [Fact]
    public void Segments_that_share_ids_with_the_whole_segment_that_proves_a_reset_are_in_its_numbering()
    {
        var numberings = new Numberings(Stream, []);
        var known = new List<(SegmentEntry Entry, int Numbering)>();
        foreach (var (minute, after, upTo, isWhole) in new[] { (0, 500, 600, true), (3, 100, 200, true), (4, 200, 250, false), (4, 600, 650, false), (5, 200, 300, true) })
            numberings.Add(known, new(new(Stream, new(T0 + minute * Minute, 1), new SequenceRange(after, upTo), isWhole), "key", 100));
        Assert.Equal([0, 1, 1, 0, 1], known.Select(one => one.Numbering));
    }

    /// <summary>The reset is given by the last id of the old numbering and the id after which the new one begins.</summary>
    private static int NumberingOf((long After, long UpTo) reset, int minute, long after, long upTo)
    {
        var numberings = new Numberings(Stream, [new(Stream, "a", reset.After, reset.UpTo, T0 + 10 * Minute, T0 + 10 * Minute + Second, "reset")]);
        var known = new List<(SegmentEntry Entry, int Numbering)>();
        numberings.Add(known, new(new(Stream, new(T0 + minute * Minute, 1), new SequenceRange(after, upTo), IsWhole: false), "key", 100));
        return Assert.Single(known).Numbering;
    }
}
