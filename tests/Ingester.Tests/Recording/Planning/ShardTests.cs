using Ingester.Recording.Planning;

namespace Ingester.Tests.Recording.Planning;

public sealed class ShardTests
{
    private static readonly string[] Markets = [.. Enumerable.Range(0, 2_000).Select(number => $"M{number}-USDT")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_market_has_exactly_one_shard_and_shards_are_about_equal(int count)
    {
        var owners = Markets.Select(market => Owners(market, count)).ToList();
        Assert.All(owners, shards => Assert.Single(shards));
        Assert.All(owners.GroupBy(shards => shards[0]), shard => Assert.InRange(shard.Count(), Markets.Length / count * 0.8, Markets.Length / count * 1.2));
    }

    [Fact]
    public void Additional_shard_moves_only_the_markets_it_records()
    {
        var moved = Markets.Where(market => Owners(market, 4)[0] != Owners(market, 5)[0]).ToList();
        Assert.All(moved, market => Assert.Equal(4, Owners(market, 5)[0]));
        Assert.InRange(moved.Count, Markets.Length / 5 * 0.8, Markets.Length / 5 * 1.2);
    }

    [Fact]
    public void Same_market_of_another_exchange_may_lie_in_another_shard() => Assert.Contains(Markets, market =>
        new ShardOptions { Index = 0, Count = 2 }.Contains("binance", market) != new ShardOptions { Index = 0, Count = 2 }.Contains("kraken", market));

    private static List<int> Owners(string market, int count) =>
        [.. Enumerable.Range(0, count).Where(index => new ShardOptions { Index = index, Count = count }.Contains("binance", market))];
}
