using CsCheck;
using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

public sealed class ExecutionProperties
{
    private const int Markets = 300;

    [Fact]
    public void No_fill_is_better_than_the_recorded_touch_or_than_the_limit_price() =>
        Step.Many.Sample(static steps =>
        {
            var market = new GeneratedMarket(steps, hasDefects: false);
            var orders = Orders(market);
            foreach (var (input, bid, ask, events) in market.Calls)
                foreach (var one in events.Where(static one => one.Fill is not null))
                {
                    var (order, fill) = (orders[one.OrderId], one.Fill!);
                    var sign = order.Side == OrderSide.Buy ? 1 : -1;
                    if (fill.Liquidity == Liquidity.Taker)
                    {
                        Assert.True(sign * (fill.Price - (order.Side == OrderSide.Buy ? ask : bid)!.Value) >= 0, $"{order} was filled at {fill.Price}; the touch was {bid} and {ask}");
                        Assert.True(order.LimitPrice is not { } limit || sign * (limit - fill.Price) >= 0);
                        continue;
                    }

                    var trade = Assert.IsType<MarketTrade>(input);
                    Assert.Equal(order.LimitPrice, fill.Price);
                    Assert.True(trade.Aggressor is { } aggressor && aggressor != order.Side && sign * (fill.Price - trade.Price) >= 0);
                }
        }, iter: Markets);

    [Fact]
    public void Filled_volume_is_never_above_the_traded_volume_and_what_was_offered() =>
        Step.Many.Sample(static steps =>
        {
            var market = new GeneratedMarket(steps, hasDefects: false);
            var orders = Orders(market);
            foreach (var (input, _, _, events) in market.Calls)
                Assert.True(events.Where(static one => one.Fill?.Liquidity == Liquidity.Maker).Sum(static one => one.Fill!.Size) <= ((input as MarketTrade)?.Size ?? 0));
            var trades = market.Calls.Select(static call => call.Input).OfType<MarketTrade>().ToList();
            foreach (var level in market.Rig.Events.Where(static one => one.Fill is not null).GroupBy(one => (orders[one.OrderId].Side, one.Fill!.Price, one.Fill.Liquidity)))
            {
                var (side, price, liquidity) = level.Key;
                var limit = liquidity == Liquidity.Taker
                    ? market.Offered.GetValueOrDefault((side == OrderSide.Buy ? OrderSide.Sell : OrderSide.Buy, price))
                    : trades.Where(trade => trade.Aggressor is { } aggressor && aggressor != side && (side == OrderSide.Buy ? trade.Price <= price : trade.Price >= price)).Sum(static trade => trade.Size);
                Assert.True(level.Sum(static one => one.Fill!.Size) <= limit, $"{level.Key}: {limit} was there");
            }

            foreach (var order in market.Rig.Events.GroupBy(static one => one.OrderId))
                Assert.True(order.Where(static one => one.Fill is not null).Sum(static one => one.Fill!.Size) <= orders[order.Key].Size);
        }, iter: Markets);

    [Fact]
    public void Without_latency_and_with_endless_liquidity_orders_fill_at_the_touch() =>
        Gen.Select(Gen.Int[90, 110], Gen.Int[1, 1_000], Gen.Bool).Array[1, 60].Sample(static moves =>
        {
            var rig = new ExecutionRig();
            var (naive, cash) = (0m, 0m);
            for (var i = 0; i < moves.Length; i++)
            {
                var (bid, size, buys) = moves[i];
                rig.Apply(new BookUpdate(10 * i + 1, ExecutionRig.Levels((bid, 1_000_000)), ExecutionRig.Levels((bid + 1, 1_000_000))) { IsSnapshot = true, IsProven = true });
                rig.Now(10 * i + 2, rig.Market(buys ? OrderSide.Buy : OrderSide.Sell, size));
                naive += (buys ? -1 : 1) * (buys ? bid + 1 : bid) * size - 0.002m * (buys ? bid + 1 : bid) * size;
            }

            foreach (var one in rig.Events.Where(static one => one.Fill is not null))
                cash += (moves[int.Parse(one.OrderId[1..]) - 1].Item3 ? -1 : 1) * one.Fill!.Notional - one.Fill.Fee;
            Assert.Equal(naive, cash);
            Assert.Equal(moves.Length, rig.Events.Count(static one => one is { Kind: OrderEventKind.Filled, Remaining: 0, Evidence: Evidence.Proven }));
        }, iter: 100);

    /// <summary>The gap is planted into a market without other defects, and passed either at its start, or at its end as by a live stream.</summary>
    [Fact]
    public void Planted_gap_never_yields_a_fill_that_is_not_flagged() =>
        Gen.Select(Step.Many, Step.Many, Gen.Int[1, 60], Gen.Int[0, 3]).Sample(static (before, after, length, way) =>
        {
            var (stream, isLate) = ((MarketStream)(way % 2), way >= 2);
            var rig = new ExecutionRig();
            var feed = new PlantedGap(rig, stream, isLate, length);
            feed.Run(before, after);
            var accepted = rig.Events.Where(static one => one.Kind == OrderEventKind.Accepted).ToDictionary(static one => one.OrderId, static one => one.Micros);
            foreach (var (fill, evidence) in rig.FinalFills())
            {
                if (accepted[fill.OrderId] < feed.To && fill.Micros > feed.From)
                    Assert.Equal(Evidence.Uncertain, evidence); // the order was open in the gap, or executed in it
                else
                    Assert.Equal(Evidence.Proven, evidence);
                if (!isLate && (stream == MarketStream.Trades ? fill.Micros < feed.To : fill.Micros < feed.KnownMicros))
                    Assert.True(fill.Micros <= feed.From, $"filled at {fill.Micros}, in a gap from {feed.From} to {feed.To}");
            }
        }, iter: Markets);

    [Fact]
    public void Same_inputs_give_the_same_events() =>
        Step.Many.Sample(static steps => Assert.Equal(new GeneratedMarket(steps).Rig.Describe(), new GeneratedMarket(steps).Rig.Describe()), iter: 50);

    [Fact]
    public void Time_never_goes_back_evidence_never_becomes_better_and_each_order_ends_once() =>
        Step.Many.Sample(static steps =>
        {
            var market = new GeneratedMarket(steps);
            var events = market.Rig.Events;
            Assert.Equal(events.Select(static one => one.Micros).Order(), events.Select(static one => one.Micros));
            foreach (var order in events.Where(static one => one.Kind != OrderEventKind.CancelRejected).GroupBy(static one => one.OrderId))
            {
                Assert.Equal(order.Select(static one => one.Evidence).Order(), order.Select(static one => one.Evidence));
                var ends = order.Count(static one => one.Kind is OrderEventKind.Rejected or OrderEventKind.Cancelled or OrderEventKind.Expired || one is { Kind: OrderEventKind.Filled, Remaining: 0 });
                Assert.Equal(market.Rig.Simulator.OpenOrders.Any(open => open.Order.Id == order.Key) ? 0 : 1, ends);
            }
        }, iter: Markets);

    /// <summary>The independent matcher agrees on markets with everything: defects, horizons, latencies, expiries.</summary>
    [Fact]
    public async Task Independent_matcher_gives_the_same_events_for_generated_markets()
    {
        var runs = new List<ExecutionRig>();
        Step.Many.Sample(steps => runs.Add(new GeneratedMarket(steps).Rig), iter: 200, threads: 1);
        var kinds = runs.SelectMany(static run => run.Events).Select(static one => one.Kind).ToHashSet();
        Assert.Equal(Enum.GetValues<OrderEventKind>().Order(), kinds.Order());
        await PythonMatcher.CompareAsync(runs);
    }

    private static Dictionary<string, Order> Orders(GeneratedMarket market) => market.Rig.Orders.ToDictionary(static order => order.Id, StringComparer.Ordinal);
}
