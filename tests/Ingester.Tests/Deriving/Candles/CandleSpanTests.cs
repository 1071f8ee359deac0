using Ingester.Deriving.Candles;

namespace Ingester.Tests.Deriving.Candles;

/// <summary>Spans of candles of length 10.</summary>
public sealed class CandleSpanTests
{
    [Fact]
    public void Missing_parts_are_before_between_and_after_what_is_stored() =>
        Assert.Equal([new(0, 10), new(40, 40), new(80, 90)], new CandleSpan(0, 90).Except([new(50, 70), new(20, 30)], 10));

    [Fact]
    public void Nothing_is_missing_when_overlapping_spans_cover_all() => Assert.Empty(new CandleSpan(20, 90).Except([new(0, 50), new(30, 60), new(70, 200)], 10));

    [Fact]
    public void Everything_is_missing_when_only_other_times_are_stored() => Assert.Equal([new(20, 90)], new CandleSpan(20, 90).Except([new(0, 10), new(100, 200)], 10));

    [Fact]
    public void Spans_that_overlap_or_follow_each_other_are_joined() =>
        Assert.Equal([new(0, 40), new(60, 70)], CandleSpan.Join([new(60, 70), new(20, 40), new(0, 30), new(10, 10)], 10));

    [Fact]
    public void Missing_parts_and_stored_spans_together_are_the_whole_span_in_a_thousand_random_cases()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var whole = new CandleSpan(random.Next(20) * 10L, (20 + random.Next(20)) * 10L);
            var stored = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(45) * 10L).Select(first => new CandleSpan(first, first + random.Next(6) * 10L)).ToList();
            var missing = whole.Except(stored, 10);
            for (var at = whole.FirstMicros; at <= whole.LastMicros; at += 10)
                Assert.Equal(stored.Exists(span => span.Contains(at)) ? 0 : 1, missing.Count(span => span.Contains(at)));
            Assert.DoesNotContain(missing, span => span.FirstMicros < whole.FirstMicros || span.LastMicros > whole.LastMicros || span.LastMicros < span.FirstMicros);
        }
    }
}
