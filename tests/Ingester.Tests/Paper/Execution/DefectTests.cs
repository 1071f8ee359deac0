using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

public sealed class DefectTests
{
    private readonly ExecutionRig rig = new();

    [Theory]
    [InlineData(nameof(DefectKind.Gap))]
    [InlineData(nameof(DefectKind.Reset))]
    public void Gap_of_the_book_suspends_matching_until_a_snapshot_and_flags_open_orders(string kind)
    {
        rig.Start();
        rig.Now(2, rig.Limit(OrderSide.Buy, 99, 4));
        var flagged = Assert.Single(rig.Defect(MarketStream.Book, Enum.Parse<DefectKind>(kind), 3, null));
        Assert.Equal((OrderEventKind.Flagged, Evidence.Uncertain, OrderReason.BookGap, 3L), (flagged.Kind, flagged.Evidence, flagged.Reason, flagged.SinceMicros));
        Assert.Empty(rig.Trade(4, OrderSide.Sell, 90, 100));
        Assert.Empty(rig.Bid(5, 99, 0)); // changes of an unknown book do not count
        Assert.Equal(Evidence.Uncertain, rig.Simulator.Evidence);
        rig.Start(6);
        Assert.Equal(5, Assert.Single(rig.Simulator.OpenOrders).QueueAhead);
        Assert.Equal(Evidence.Uncertain, Assert.Single(rig.Trade(7, OrderSide.Sell, 98, 1)).Evidence);
        Assert.All(rig.Now(8, rig.Market(OrderSide.Buy, 1)), static one => Assert.Equal(Evidence.Proven, one.Evidence)); // an order after the gap
    }

    [Fact]
    public void Gap_of_the_trades_suspends_matching_until_its_end()
    {
        rig.Start();
        rig.Now(2, rig.Limit(OrderSide.Buy, 99, 4));
        Assert.Equal(OrderReason.TradesGap, Assert.Single(rig.Defect(MarketStream.Trades, DefectKind.Gap, 3, 8)).Reason);
        Assert.Empty(rig.Trade(7, OrderSide.Sell, 90, 1));
        Assert.Equal(Evidence.Uncertain, Assert.Single(rig.Trade(8, OrderSide.Sell, 90, 1)).Evidence);
    }

    [Fact]
    public void Gap_that_becomes_known_late_flags_what_happened_since_its_start()
    {
        rig.Start();
        var before = rig.Market(OrderSide.Buy, 1);
        var inside = rig.Market(OrderSide.Buy, 1);
        var open = rig.Limit(OrderSide.Buy, 99, 4);
        rig.Now(2, open);
        rig.Now(3, before);
        rig.Now(5, inside);
        var flags = rig.Defect(MarketStream.Book, DefectKind.Gap, 3, 6);
        Assert.Equal([inside.Id, open.Id], flags.Select(static one => one.OrderId));
        Assert.All(flags, static one => Assert.Equal((OrderEventKind.Flagged, Evidence.Uncertain, 3L, 5L), (one.Kind, one.Evidence, one.SinceMicros, one.Micros)));
        Assert.Empty(rig.Defect(MarketStream.Book, DefectKind.Gap, 4, 6)); // they are uncertain already, from an earlier time on
        Assert.Equal([inside.Id, open.Id], rig.Defect(MarketStream.Trades, DefectKind.Gap, 2, 6).Select(static one => one.OrderId).Where(id => id != before.Id)); // from an earlier time
        Assert.Equal([Evidence.Uncertain, Evidence.Uncertain], rig.FinalFills().Select(static one => one.Evidence));
    }

    [Fact]
    public void Order_before_or_after_a_gap_of_the_trades_is_not_touched()
    {
        rig.Start();
        rig.Now(2, rig.Market(OrderSide.Buy, 1));
        rig.Now(9, rig.Limit(OrderSide.Buy, 99, 1));
        Assert.Empty(rig.Defect(MarketStream.Trades, DefectKind.Gap, 3, 8));
        Assert.Equal(Evidence.Proven, rig.Simulator.OpenOrders[0].Evidence);
    }

    [Fact]
    public void Reset_of_the_trades_has_no_effect()
    {
        rig.Start();
        rig.Now(2, rig.Limit(OrderSide.Buy, 99, 1));
        Assert.Empty(rig.Defect(MarketStream.Trades, DefectKind.Reset, 3, 4));
        Assert.Equal(Evidence.Proven, Assert.Single(rig.Trade(4, OrderSide.Sell, 98, 1)).Evidence);
    }

    [Fact]
    public void Unproven_data_makes_orders_unproven_while_it_lasts()
    {
        rig.Start();
        var open = rig.Limit(OrderSide.Buy, 99, 2);
        rig.Now(2, open);
        var flagged = Assert.Single(rig.Defect(MarketStream.Trades, DefectKind.Unproven, 3, 10));
        Assert.Equal((OrderEventKind.Flagged, Evidence.Unproven, OrderReason.NotProven), (flagged.Kind, flagged.Evidence, flagged.Reason));
        Assert.All(rig.Now(9, rig.Market(OrderSide.Buy, 1)), static one => Assert.Equal(Evidence.Unproven, one.Evidence));
        Assert.All(rig.Now(10, rig.Market(OrderSide.Buy, 1)), static one => Assert.Equal(Evidence.Proven, one.Evidence));
        Assert.Equal(Evidence.Unproven, Assert.Single(rig.Trade(11, OrderSide.Sell, 98, 1)).Evidence);
        rig.Defect(MarketStream.Book, DefectKind.Unproven, 12, null);
        rig.Start(13, isProven: false);
        Assert.Equal(Evidence.Unproven, rig.Simulator.Evidence);
        rig.Start(14);
        Assert.Equal(Evidence.Proven, rig.Simulator.Evidence);
        rig.Defect(MarketStream.Trades, DefectKind.Unproven, 15, null);
        rig.Start(1_000);
        Assert.Equal(Evidence.Unproven, rig.Simulator.Evidence);
    }

    [Fact]
    public void Cancel_requests_and_expiries_happen_during_a_gap()
    {
        rig.Start();
        var (cancelled, expiring) = (rig.Limit(OrderSide.Buy, 99, 1), rig.Limit(OrderSide.Buy, 98, 1) with { ExpireMicros = 6 });
        rig.Now(2, cancelled);
        rig.Now(2, expiring);
        rig.Defect(MarketStream.Book, DefectKind.Gap, 3, null);
        rig.Cancel(5, cancelled.Id);
        Assert.Equal([OrderEventKind.Cancelled, OrderEventKind.Expired], rig.Advance(6).Select(static one => one.Kind));
        Assert.All(rig.Events[^2..], static one => Assert.Equal(Evidence.Uncertain, one.Evidence));
    }

    [Fact]
    public void Orders_that_ended_an_hour_ago_are_forgotten()
    {
        rig.Start();
        rig.Now(2, rig.Market(OrderSide.Buy, 1));
        rig.Now(3 + RestingOrders.KeptMicros, rig.Market(OrderSide.Buy, 1));
        Assert.Equal(["o2"], rig.Defect(MarketStream.Book, DefectKind.Gap, 1, null).Select(static one => one.OrderId));
    }
}
