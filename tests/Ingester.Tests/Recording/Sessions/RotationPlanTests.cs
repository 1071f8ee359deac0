using CsCheck;
using Ingester.Core.Handovers;
using Ingester.Recording.Limits;
using Ingester.Recording.Sessions;

namespace Ingester.Tests.Recording.Sessions;

public sealed class RotationPlanTests
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    [Fact]
    public void Every_connection_is_replaced_between_half_and_all_of_its_time() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int.NonNegative, Gen.Double.Unit).Sample((replica, seconds, share) =>
        {
            var opened = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);
            Assert.InRange(new RotationPlan(Life, new(replica, 3)).Due(opened, share)!.Value - opened, Life / 2, Life);
        }, iter: 10_000);

    [Fact]
    public void Replicas_never_rotate_at_once_whenever_their_connections_opened()
    {
        var random = new Random(2);
        string[] names = ["a", "b", "c"];
        var times = new List<(DateTimeOffset At, string Replica)>();
        foreach (var name in names)
            for (var i = 0; i < 2_000; i++)
                times.Add((new RotationPlan(Life, ReplicaOrdinal.Find(name, names))
                    .Due(DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(random.Next(1_000_000)), random.NextDouble())!.Value, name));
        times.Sort();
        var near = times.Zip(times.Skip(1)).Where(pair => pair.First.Replica != pair.Second.Replica && pair.Second.At - pair.First.At < TimeSpan.FromMinutes(30));
        Assert.Empty(near);
    }

    [Fact]
    public void Rotation_is_before_the_exchange_limit_by_a_margin_unless_the_user_sets_an_earlier_one()
    {
        var opened = DateTimeOffset.UnixEpoch;
        Assert.InRange(RotationPlan.Create(null, Life, ReplicaOrdinal.Single).Due(opened, 1)!.Value - opened, TimeSpan.FromHours(11), TimeSpan.FromHours(22.8));
        Assert.InRange(RotationPlan.Create(TimeSpan.FromHours(1), Life, ReplicaOrdinal.Single).Due(opened, 1)!.Value - opened, TimeSpan.FromMinutes(30), TimeSpan.FromHours(1));
        Assert.InRange(RotationPlan.Create(TimeSpan.FromDays(9), Life, ReplicaOrdinal.Single).Due(opened, 1)!.Value - opened, TimeSpan.FromHours(11), TimeSpan.FromHours(22.8));
        Assert.Null(RotationPlan.Create(null, null, ReplicaOrdinal.Single).Due(opened, 1));
    }

    [Fact]
    public void A_notice_to_all_replicas_is_not_followed_by_all_at_once()
    {
        var (first, second) = (new RotationPlan(Life, new(0, 2)), new RotationPlan(Life, new(1, 2)));
        Assert.True(first.DelayAfterNotice(1) < second.DelayAfterNotice(0));
        Assert.Equal(TimeSpan.Zero, first.DelayAfterNotice(0));
    }

    [Fact]
    public void A_replica_that_the_list_does_not_name_is_alone()
    {
        Assert.Equal(new ReplicaOrdinal(1, 2), ReplicaOrdinal.Find("b", ["b", "a"]));
        Assert.Equal(ReplicaOrdinal.Single, ReplicaOrdinal.Find("c", ["a", "b"]));
        Assert.Equal(ReplicaOrdinal.Single, ReplicaOrdinal.Find("a", []));
    }

    [Fact]
    public void Handover_completes_once_all_streams_overlap_or_at_the_limit_if_nothing_is_missing()
    {
        var (overlap, limit) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
        var handover = new HandoverDecision(overlap, limit);
        Assert.Equal(HandoverState.Pending, handover.Judge(isAnswered: false, TakeoverReadiness.Ready, TimeSpan.FromSeconds(1)));
        Assert.Equal(HandoverState.Pending, handover.Judge(isAnswered: true, TakeoverReadiness.Ready, TimeSpan.FromSeconds(2)));
        Assert.Equal(HandoverState.Pending, handover.Judge(isAnswered: true, TakeoverReadiness.Pending, TimeSpan.FromSeconds(3)));
        Assert.Equal(HandoverState.Pending, handover.Judge(isAnswered: true, TakeoverReadiness.Ready, TimeSpan.FromSeconds(4)));
        Assert.Equal(HandoverState.Completed, handover.Judge(isAnswered: true, TakeoverReadiness.Ready, TimeSpan.FromSeconds(6)));
        Assert.Equal(HandoverState.Completed, new HandoverDecision(overlap, limit).Judge(isAnswered: true, TakeoverReadiness.Pending, limit));
        Assert.Equal(HandoverState.Abandoned, new HandoverDecision(overlap, limit).Judge(isAnswered: true, TakeoverReadiness.Incomplete, limit));
        Assert.Equal(HandoverState.Abandoned, new HandoverDecision(overlap, limit).Judge(isAnswered: false, TakeoverReadiness.Ready, limit));
    }
}
