using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Planning;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Planning;

public sealed class ConnectionPlanTests
{
    private static readonly Uri Feed = new("wss://ws.fake.example/feed");
    private static readonly Uri Other = new("wss://ws.fake.example/market");

    [Fact]
    public void Connections_are_filled_to_their_limit_with_markets_kept_together()
    {
        var (plan, changes) = Plan(5).Next(Wanted("A-X", "B-X", "C-X"));
        Assert.Equal(["1: A-X A-X B-X B-X", "2: C-X C-X"], Text(plan));
        Assert.All(changes, change => Assert.True(change.IsNew));
    }

    [Fact]
    public void Each_endpoint_has_connections_of_its_own()
    {
        var wanted = Wanted("A-X").Append((FakeExchange.Stream(Dataset.AggTrades, "A-X"), Other));
        var (plan, _) = Plan(100).Next(wanted);
        Assert.Equal([Feed, Other], plan.Connections.Values.Select(c => c.Endpoint));
    }

    [Fact]
    public void New_market_is_placed_where_there_is_room_and_moves_no_stream()
    {
        var (first, _) = Plan(4).Next(Wanted("B-X", "C-X", "D-X"));
        var (second, changes) = first.Next(Wanted("A-X", "B-X", "C-X", "D-X", "E-X"));
        Assert.Equal(["1: B-X B-X C-X C-X", "2: A-X A-X D-X D-X", "3: E-X E-X"], Text(second));
        Assert.Equal([(2, false, 2, 0), (3, true, 2, 0)], changes.Select(c => (c.Id, c.IsNew, c.Add.Count, c.Remove.Count)));
    }

    [Fact]
    public void A_delisting_leaves_its_room_to_the_next_listing()
    {
        var (first, _) = Plan(4).Next(Wanted("A-X", "B-X", "C-X"));
        var (second, changes) = first.Next(Wanted("B-X", "C-X", "D-X"));
        Assert.Equal(["1: B-X B-X D-X D-X", "2: C-X C-X"], Text(second));
        var change = Assert.Single(changes);
        Assert.Equal(["D-X", "D-X"], change.Add.Select(s => s.Market.Name));
        Assert.Equal(["A-X", "A-X"], change.Remove.Select(s => s.Market.Name));
    }

    [Fact]
    public void A_connection_with_nothing_left_closes_and_its_number_is_not_used_again()
    {
        var (first, _) = Plan(2).Next(Wanted("A-X", "B-X"));
        var (second, changes) = first.Next(Wanted("A-X"));
        Assert.True(Assert.Single(changes).IsClosing);
        var (third, _) = second.Next(Wanted("A-X", "C-X"));
        Assert.Equal(["1: A-X A-X", "3: C-X C-X"], Text(third));
    }

    [Fact]
    public void New_dataset_is_placed_with_its_market_if_there_is_room()
    {
        var (first, _) = Plan(3).Next([.. Wanted("A-X", "B-X").Where(w => w.Stream.Dataset == Dataset.Trades), .. Wanted("C-X")]);
        Assert.Equal(["1: A-X B-X", "2: C-X C-X"], Text(first));
        var (second, _) = first.Next(Wanted("A-X", "B-X", "C-X"));
        Assert.Equal(["1: A-X A-X B-X", "2: B-X C-X C-X"], Text(second));
    }

    [Fact]
    public void Market_with_more_streams_than_a_connection_allows_is_split()
    {
        var (plan, _) = Plan(1).Next(Wanted("A-X"));
        Assert.Equal(["1: A-X", "2: A-X"], Text(plan));
    }

    [Fact]
    public void A_renamed_market_is_removed_and_added()
    {
        var (first, _) = Plan(10).Next([(new(Dataset.Trades, new("A-X", "AX")), Feed)]);
        var (_, changes) = first.Next([(new(Dataset.Trades, new("AX", "AX")), Feed)]);
        var change = Assert.Single(changes);
        Assert.Equal(("AX", "A-X"), (change.Add[0].Market.Name, change.Remove[0].Market.Name));
        Assert.False(change.IsNew || change.IsClosing);
    }

    [Fact]
    public void Nothing_new_changes_nothing()
    {
        var (first, _) = Plan(3).Next(Wanted("A-X", "B-X"));
        Assert.Empty(first.Next(Wanted("B-X", "A-X")).Changes);
    }

    [Fact]
    public void Every_history_respects_the_limit_keeps_placements_and_contains_each_desired_stream_once()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var plan = Plan(random.Next(1, 8));
            for (var step = 0; step < 20; step++)
            {
                var wanted = Wanted([.. Enumerable.Range(0, 30).Where(_ => random.Next(3) > 0).Select(i => $"M{i}-X")]);
                random.Shuffle(wanted);
                var before = Homes(plan);
                var (next, changes) = plan.Next(wanted);
                Assert.Equal(Text(plan.Next(wanted.Reverse()).Plan), Text(next));
                var after = Homes(next);
                Assert.Equal(wanted.Select(w => w.Stream).ToHashSet(), [.. after.Keys]);
                Assert.All(before.Where(b => after.ContainsKey(b.Key)), b => Assert.Equal(b.Value, after[b.Key]));
                Assert.All(next.Connections.Values, c => Assert.InRange(c.Streams.Count, 1, plan.Capacity));
                Assert.Equal(after.Count - before.Count, changes.Sum(c => c.Add.Count - c.Remove.Count));
                plan = next;
            }
        }
    }

    private static ConnectionPlan Plan(int capacity) => new() { Capacity = capacity };

    private static (Subscription Stream, Uri Endpoint)[] Wanted(params string[] markets) =>
    [
        .. from market in markets
           from dataset in new[] { Dataset.Trades, Dataset.Depth }
           select (FakeExchange.Stream(dataset, market), Feed),
    ];

    private static Dictionary<Subscription, int> Homes(ConnectionPlan plan) =>
        plan.Connections.Values.SelectMany(c => c.Streams.Select(stream => (stream, c.Id))).ToDictionary(pair => pair.stream, pair => pair.Id);

    private static string[] Text(ConnectionPlan plan) =>
        [.. plan.Connections.Values.Select(c => $"{c.Id}: {string.Join(' ', c.Streams.Select(s => s.Market.Name).Order(StringComparer.Ordinal))}")];
}
