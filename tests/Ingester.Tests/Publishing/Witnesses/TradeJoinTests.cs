using Ingester.Publishing.Witnesses;

namespace Ingester.Tests.Publishing.Witnesses;

/// <summary>Joins of two sources of trades.</summary>
public sealed class TradeJoinTests
{
    private const long Minute = 60_000_000;

    [Fact]
    public async Task Trades_outside_of_the_book_and_of_the_day_are_not_missing()
    {
        var join = new TradeJoin(idsAreUnique: true);
        await join.RunAsync(
            new[] { Trade(1, 0) with { IsOutside = true }, Trade(2, 1), Trade(3, 2) with { IsOffBook = true }, Trade(4, 3) with { IsOutside = true } }.ToAsyncEnumerable(),
            new[] { Trade(2, 1), Trade(4, 3), Trade(5, 4) with { IsOutside = true } },
            CancellationToken.None);
        Assert.Equal((2L, 0L, 0L, 1L), (join.Same, join.OnlyOurs.Count, join.OnlyTheirs.Count, join.OffBook));
    }

    [Fact]
    public async Task Trades_find_each_other_in_any_order_within_the_tolerance()
    {
        var random = new Random(7);
        var trades = Enumerable.Range(0, 5000).Select(id => Trade(id, id * 1_000_000L)).ToList();
        var join = new TradeJoin(idsAreUnique: true);
        await join.RunAsync(Shaken(trades, random).ToAsyncEnumerable(), Shaken(trades, random), CancellationToken.None);
        Assert.Equal((5000L, 0L, 0L), (join.Same, join.OnlyOurs.Count, join.OnlyTheirs.Count));
    }

    [Fact]
    public async Task Equal_trades_without_ids_are_counted_as_often_as_each_source_has_them()
    {
        var join = new TradeJoin(idsAreUnique: false);
        var same = new WitnessTrade(TradeKey.OfContent(5, 1.50m, 2m, true), 5, 1.50m, 2m, true);
        await join.RunAsync(Enumerable.Repeat(same, 3).ToAsyncEnumerable(), Enumerable.Repeat(same with { Key = TradeKey.OfContent(5, 1.5m, 2.0m, true) }, 5), CancellationToken.None);
        Assert.Equal((3L, 0L, 2L), (join.Same, join.OnlyOurs.Count, join.OnlyTheirs.Count));
    }

    [Fact]
    public async Task Ranges_are_listed_up_to_a_limit_and_the_rest_is_counted()
    {
        var join = new TradeJoin(idsAreUnique: true);
        var all = Enumerable.Range(0, 5000).Select(id => Trade(id, id * Minute)).ToList();
        await join.RunAsync(all.ToAsyncEnumerable(), all.Where((_, place) => place % 2 == 0), CancellationToken.None);
        Assert.Equal((2500L, TradeRanges.MaxListed, 2500L - TradeRanges.MaxListed), (join.OnlyOurs.Count, join.OnlyOurs.Listed.Count, join.OnlyOurs.Unlisted));
    }

    [Fact]
    public async Task Numbers_that_skip_are_one_range_if_nothing_lies_between()
    {
        var join = new TradeJoin(idsAreUnique: true);
        await join.RunAsync(new[] { Trade(10, 1), Trade(14, 2), Trade(20, 3), Trade(25, 4) }.ToAsyncEnumerable(), new[] { Trade(20, 3) }, CancellationToken.None);
        Assert.Equal([(10L, 14L, 2L), (25L, 25L, 1L)], join.OnlyOurs.Listed.Select(range => (range.FirstId!.Value, range.LastId!.Value, range.Count)));
    }

    private static WitnessTrade Trade(int id, long micros) => new(new((UInt128)id, IsNumber: true), micros, 1.5m, 2m, false);

    /// <summary>The same trades, each at most a few minutes from its place.</summary>
    private static IEnumerable<WitnessTrade> Shaken(List<WitnessTrade> trades, Random random) =>
        trades.Select(trade => (Trade: trade, Place: trade.Micros + random.NextInt64(5 * Minute))).OrderBy(one => one.Place).Select(one => one.Trade);
}
