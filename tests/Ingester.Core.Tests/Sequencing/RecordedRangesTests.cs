using Ingester.Core.Sequencing;

namespace Ingester.Core.Tests.Sequencing;

public sealed class RecordedRangesTests
{
    [Fact]
    public void Random_ranges_are_remembered_like_single_ids()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (ranges, ids) = (new RecordedRanges(), new HashSet<long>());
            for (var step = 0; step < 60; step++)
            {
                long after = random.Next(100);
                var range = new SequenceRange(after, after + 1 + random.Next(10));
                ranges.Add(range);
                for (var id = range.After + 1; id <= range.UpTo; id++)
                    ids.Add(id);
                long from = random.Next(100);
                var asked = new SequenceRange(from, from + 1 + random.Next(20));
                var missing = Enumerable.Range(1, (int)asked.Length).Select(i => asked.After + i).Where(id => !ids.Contains(id)).ToList();
                var first = ranges.FirstMissing(asked);
                Assert.Equal(missing.Count == 0, first is null);
                if (first is { } part)
                {
                    Assert.Equal(missing[0], part.After + 1);
                    Assert.All(Enumerable.Range(1, (int)part.Length), i => Assert.Contains(part.After + i, missing));
                    Assert.DoesNotContain(part.UpTo + 1, missing);
                }
            }

            Assert.All(ranges.Intervals.Zip(ranges.Intervals.Skip(1)), pair => Assert.True(pair.First.UpTo < pair.Second.After));
        }
    }

    [Fact]
    public void Lowest_interval_is_forgotten_first()
    {
        var ranges = new RecordedRanges();
        for (long id = 0; id < 4 * RecordedRanges.MostIntervals; id += 2)
            ranges.Add(new(id, id + 1));
        Assert.Equal(RecordedRanges.MostIntervals, ranges.Intervals.Count);
        Assert.Equal(2 * RecordedRanges.MostIntervals, ranges.Lowest);
        Assert.Null(ranges.FirstMissing(new(2 * RecordedRanges.MostIntervals, 2 * RecordedRanges.MostIntervals + 1)));
    }
}
