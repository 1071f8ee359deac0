using Ingester.Core.Keys;
using Ingester.Storage.Writing;

namespace Ingester.Tests.Storage.Writing;

public sealed class ReplicaRankTests
{
    private static readonly string[] Replicas = ["a", "b", "c"];

    [Fact]
    public void Replicas_agree_on_an_order_and_share_the_streams_evenly()
    {
        var first = new int[Replicas.Length];
        for (var number = 0; number < 3_000; number++)
        {
            var ranks = Replicas.Select(replica => ReplicaRank.Of($"trades/binance/M{number}", Identity(replica, Replicas))).ToArray();
            Assert.Equal([0, 1, 2], ranks.Order());
            first[Array.IndexOf(ranks, 0)]++;
        }

        Assert.All(first, count => Assert.InRange(count, 900, 1_100));
    }

    [Fact]
    public void Order_does_not_depend_on_how_the_list_is_written() =>
        Assert.All(Enumerable.Range(0, 100), number => Assert.Equal(
            ReplicaRank.Of($"s{number}", Identity("b", ["a", "b", "c"])), ReplicaRank.Of($"s{number}", Identity("b", ["c", "b", "a"]))));

    [Fact]
    public void Replica_that_leaves_moves_no_stream_between_the_others()
    {
        for (var number = 0; number < 500; number++)
        {
            var of = (string replica, string[] list) => ReplicaRank.Of($"s{number}", Identity(replica, list));
            Assert.Equal(of("a", Replicas) < of("b", Replicas), of("a", ["a", "b"]) < of("b", ["a", "b"]));
        }
    }

    [Fact]
    public void Without_a_list_everyone_is_first() => Assert.Equal(0, ReplicaRank.Of("s", Identity("a", [])));

    [Fact]
    public void Hash_is_the_same_in_every_process() => Assert.Equal(0xD1135096B401A4D5, StableHash.Of("trades/binance/BTC-USDT", "a"));

    private static ReplicaIdentity Identity(string replica, string[] replicas) => new() { Replica = replica, Replicas = replicas, ProcessStartMicros = 1 };
}
