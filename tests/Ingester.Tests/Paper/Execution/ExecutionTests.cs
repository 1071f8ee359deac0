using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

public sealed class ExecutionTests
{
    private readonly ExecutionRig rig = new();

    [Fact]
    public void Market_order_walks_the_book_and_pays_the_taker_fee()
    {
        rig.Start();
        var events = rig.Now(2, rig.Market(OrderSide.Buy, 7));
        Assert.Equal([OrderEventKind.Accepted, OrderEventKind.Filled, OrderEventKind.Filled], events.Select(static one => one.Kind));
        Assert.Equal(new Fill(101, 5, 505, 1.010m, Liquidity.Taker), events[1].Fill);
        Assert.Equal(new Fill(102, 2, 204, 0.408m, Liquidity.Taker), events[2].Fill);
        Assert.Equal([7, 2, 0], events.Select(static one => one.Remaining));
        Assert.All(events, static one => Assert.Equal((2, Evidence.Proven), (one.Micros, one.Evidence)));
    }

    [Fact]
    public void Consumed_liquidity_is_not_there_again_until_the_level_changes()
    {
        rig.Start();
        rig.Now(2, rig.Market(OrderSide.Sell, 4));
        Assert.Equal([(99, 1), (98, 1)], Fills(rig.Now(3, rig.Market(OrderSide.Sell, 2))));
        rig.Bid(4, 99, 5); // the same size again is no news
        Assert.Equal([(98, 3)], Fills(rig.Now(5, rig.Market(OrderSide.Sell, 3))));
        rig.Bid(6, 99, 6);
        Assert.Equal([(99, 6), (98, 1)], Fills(rig.Now(7, rig.Market(OrderSide.Sell, 7))));
        rig.Start(8); // a snapshot with another size at 99, and the same at 98
        Assert.Equal([(99, 5), (97, 1)], Fills(rig.Now(9, rig.Market(OrderSide.Sell, 6))));
    }

    [Fact]
    public void Rest_of_an_immediate_order_is_cancelled()
    {
        rig.Start();
        var market = rig.Now(2, rig.Market(OrderSide.Buy, 20));
        Assert.Equal([(101, 5), (102, 5), (103, 5)], Fills(market));
        Assert.Equal((OrderEventKind.Cancelled, OrderReason.NoLiquidity, 5m), (market[^1].Kind, market[^1].Reason, market[^1].Remaining));
        var limit = rig.Now(3, rig.Limit(OrderSide.Sell, 98, 20) with { TimeInForce = TimeInForce.ImmediateOrCancel });
        Assert.Equal([(99, 5), (98, 5)], Fills(limit));
        Assert.Equal((OrderEventKind.Cancelled, 10m), (limit[^1].Kind, limit[^1].Remaining));
        var nothing = rig.Now(4, rig.Limit(OrderSide.Buy, 100, 1) with { TimeInForce = TimeInForce.ImmediateOrCancel });
        Assert.Equal([OrderEventKind.Accepted, OrderEventKind.Cancelled], nothing.Select(static one => one.Kind));
        Assert.Empty(rig.Simulator.OpenOrders);
    }

    [Fact]
    public void Crossing_limit_order_takes_up_to_its_price_and_rests_with_what_remains()
    {
        rig.Start();
        Assert.Equal([(101, 5), (102, 5)], Fills(rig.Now(2, rig.Limit(OrderSide.Buy, 102, 12))));
        var open = Assert.Single(rig.Simulator.OpenOrders);
        Assert.Equal((2m, 0m, 2L), (open.Remaining, open.QueueAhead, open.AcceptedMicros));
        Assert.Equal(new Fill(102, 2, 204, 0.204m, Liquidity.Maker), Assert.Single(rig.Trade(3, OrderSide.Sell, 101, 3)).Fill);
        Assert.Empty(rig.Simulator.OpenOrders);
    }

    [Fact]
    public void Resting_order_waits_for_the_queue_ahead_and_fills_at_its_own_price()
    {
        rig.Start();
        rig.Now(2, rig.Limit(OrderSide.Buy, 99, 4));
        Assert.Empty(rig.Trade(3, OrderSide.Sell, 99, 3)); // 2 of 5 remain ahead
        Assert.Empty(rig.Trade(4, OrderSide.Buy, 99, 9)); // an aggressor of the own side
        Assert.Empty(rig.Trade(5, null, 99, 9)); // an unknown aggressor
        Assert.Empty(rig.Trade(6, OrderSide.Sell, 100, 9)); // a better price
        Assert.Empty(rig.Bid(7, 99, 1)); // cancellations of others do not count
        Assert.Equal(2, Assert.Single(rig.Simulator.OpenOrders).QueueAhead);
        Assert.Equal([(99, 1)], Fills(rig.Trade(8, OrderSide.Sell, 99, 3)));
        Assert.Equal([(99, 3)], Fills(rig.Trade(9, OrderSide.Sell, 97, 10))); // traded through: at its own price
        Assert.Empty(rig.Simulator.OpenOrders);
    }

    [Fact]
    public void Deleted_level_clears_the_queue_if_it_is_within_the_horizon()
    {
        rig.Start();
        rig.Now(2, rig.Limit(OrderSide.Buy, 98, 2));
        rig.Apply(new BookUpdate(3, ExecutionRig.Levels((98, 0)), []) { BidHorizon = 99 });
        Assert.Equal(5, Assert.Single(rig.Simulator.OpenOrders).QueueAhead); // the level is no longer in view
        rig.Apply(new BookUpdate(4, [], []));
        Assert.Equal(0, Assert.Single(rig.Simulator.OpenOrders).QueueAhead);
        Assert.Equal([(98, 1)], Fills(rig.Trade(5, OrderSide.Sell, 98, 1)));
    }

    [Fact]
    public void Orders_share_the_volume_of_a_trade_by_price_and_then_by_time()
    {
        rig.Start();
        var late = rig.Limit(OrderSide.Sell, 101, 2);
        var first = rig.Limit(OrderSide.Sell, 101, 2);
        var best = rig.Limit(OrderSide.Sell, 100, 2);
        foreach (var order in new[] { first, late, best })
            rig.Now(2, order);
        var events = rig.Trade(3, OrderSide.Buy, 101, 8); // 2 at 100; of the 6 that are left 5 are ahead
        Assert.Equal([(best.Id, 100m, 2m), (first.Id, 101m, 1m)], events.Select(static one => (one.OrderId, one.Fill!.Price, one.Fill.Size)));
        events = rig.Trade(4, OrderSide.Buy, 101, 2); // nothing is ahead of both
        Assert.Equal([(first.Id, 101m, 1m), (late.Id, 101m, 1m)], events.Select(static one => (one.OrderId, one.Fill!.Price, one.Fill.Size)));
    }

    [Fact]
    public void Book_that_moves_through_a_resting_order_does_not_fill_it()
    {
        rig.Start();
        rig.Now(2, rig.Limit(OrderSide.Buy, 99, 4));
        Assert.Empty(rig.Apply(new BookUpdate(3, ExecutionRig.Levels((99, 0), (98, 0)), ExecutionRig.Levels((98, 9)))));
        Assert.Single(rig.Simulator.OpenOrders);
    }

    [Fact]
    public void Order_meets_the_book_of_its_arrival_and_a_cancel_request_can_come_too_late()
    {
        var slow = new ExecutionRig(ExecutionRig.Options() with { EntryLatency = Latency.Constant(10), CancelLatency = Latency.Constant(30) });
        slow.Start();
        slow.Submit(5, slow.Market(OrderSide.Buy, 1));
        Assert.Equal(1, slow.Simulator.Pending);
        Assert.Empty(slow.Ask(15, 100, 1)); // at the time of the arrival: the order sees it
        Assert.Equal([(100, 1)], Fills(slow.Ask(16, 100, 0)));
        Assert.Equal((0, 15L), (slow.Simulator.Pending, slow.Events[^1].Micros));
        var resting = slow.Limit(OrderSide.Buy, 100, 2);
        slow.Submit(20, resting);
        slow.Cancel(21, resting.Id);
        Assert.Equal([(100, 1)], Fills(slow.Trade(40, OrderSide.Sell, 100, 1)));
        Assert.Empty(Fills(slow.Trade(52, OrderSide.Sell, 100, 1))); // cancelled at 51
        Assert.Equal((OrderEventKind.Cancelled, OrderReason.Requested, 51L, 1m), (slow.Events[^1].Kind, slow.Events[^1].Reason, slow.Events[^1].Micros, slow.Events[^1].Remaining));
    }

    [Fact]
    public void Order_expires_and_a_request_to_cancel_it_is_then_rejected()
    {
        rig.Start();
        var order = rig.Limit(OrderSide.Buy, 99, 4) with { ExpireMicros = 10 };
        rig.Now(2, order);
        Assert.Empty(rig.Advance(9));
        Assert.Equal((OrderEventKind.Expired, 4m), Assert.Single(rig.Advance(10)) is var expired ? (expired.Kind, expired.Remaining) : default);
        rig.Cancel(11, order.Id);
        var rejected = Assert.Single(rig.Advance(11));
        Assert.Equal((OrderEventKind.CancelRejected, OrderReason.NotOpen), (rejected.Kind, rejected.Reason));
        Assert.Contains(order.Id, rejected.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        rig.Start(100);
        Assert.Equal([100], rig.Now(50, rig.Market(OrderSide.Buy, 1)).Select(static one => one.Micros).Distinct()); // a submission in the past counts now
        rig.Ask(70, 101, 9);
        Assert.Equal(100, rig.Simulator.Micros);
    }

    [Fact]
    public void Contract_size_multiplies_the_notional()
    {
        var contracts = new ExecutionRig(ExecutionRig.Options(new() { ContractSize = 0.01m }));
        contracts.Start();
        Assert.Equal(new Fill(101, 2, 2.02m, 0.00404m, Liquidity.Taker), contracts.Now(2, contracts.Market(OrderSide.Buy, 2))[1].Fill);
    }

    [Fact]
    public void Second_order_with_an_id_is_an_error()
    {
        rig.Simulator.Submit(new("a", OrderSide.Buy, OrderType.Market, 1), 1);
        Assert.Throws<ArgumentException>(() => rig.Simulator.Submit(new("a", OrderSide.Sell, OrderType.Market, 1), 2));
    }

    private static IEnumerable<(decimal Price, decimal Size)> Fills(IReadOnlyList<OrderEvent> events) => events.Where(static one => one.Fill is not null).Select(static one => (one.Fill!.Price, one.Fill.Size));
}
