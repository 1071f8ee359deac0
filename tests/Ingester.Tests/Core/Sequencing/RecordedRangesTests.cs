using CsCheck;
using Ingester.Core.Sequencing;

namespace Ingester.Tests.Core.Sequencing;

public sealed class RecordedRangesTests
{
    [Fact]
    public void Random_ranges_are_remembered_like_single_ids() =>
        Gen.Select(RangeOf(10), RangeOf(20)).Array[0, 60].Sample(steps =>
        {
            var (ranges, ids) = (new RecordedRanges(), new HashSet<long>());
            foreach (var (range, asked) in steps)
            {
                ranges.Add(range);
                for (var id = range.After + 1; id <= range.UpTo; id++)
                    ids.Add(id);
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
        }, iter: 200);

    [Fact]
    public void Lowest_interval_is_forgotten_first()
    {
        var ranges = new RecordedRanges();
        for (long id = 0; id < 4 * RecordedRanges.MaxIntervals; id += 2)
            ranges.Add(new(id, id + 1));
        Assert.Equal(RecordedRanges.MaxIntervals, ranges.Intervals.Count);
        Assert.Equal(2 * RecordedRanges.MaxIntervals, ranges.Lowest);
        Assert.Null(ranges.FirstMissing(new(2 * RecordedRanges.MaxIntervals, 2 * RecordedRanges.MaxIntervals + 1)));
    }

    private static Gen<SequenceRange> RangeOf(int longest) => Gen.Select(Gen.Long[0, 99], Gen.Long[1, longest], (after, length) => new SequenceRange(after, after + length));
}
