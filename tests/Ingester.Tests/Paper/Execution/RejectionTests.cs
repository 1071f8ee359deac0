using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

public sealed class RejectionTests
{
    private static readonly InstrumentRules Rules = new() { Tick = 0.5m, Lot = 0.1m, MinSize = 0.2m, MinNotional = 30 };

    /// <summary>What is wrong with an order, the reason, and a part of the sentence.</summary>
    public static TheoryData<string, string, string> Orders => new()
    {
        { "size 0", nameof(OrderReason.InvalidSize), "size 0 is not positive" },
        { "size -1", nameof(OrderReason.InvalidSize), "size -1 is not positive" },
        { "size 100000000000001", nameof(OrderReason.InvalidSize), "is above 100000000000000" },
        { "size 1.25", nameof(OrderReason.OffLot), "size 1.25 is not a multiple of the lot 0.1" },
        { "size 0.1", nameof(OrderReason.BelowMinimumSize), "size 0.1 is below the minimum 0.2" },
        { "limit none", nameof(OrderReason.InvalidPrice), "needs a limit price" },
        { "limit 0", nameof(OrderReason.InvalidPrice), "limit price 0 is not positive" },
        { "limit -5", nameof(OrderReason.InvalidPrice), "limit price -5 is not positive" },
        { "limit 100000000000001", nameof(OrderReason.InvalidPrice), "is above 100000000000000" },
        { "limit 99.7", nameof(OrderReason.OffTick), "price 99.7 is not a multiple of the tick 0.5" },
        { "limit 10", nameof(OrderReason.BelowMinimumNotional), "notional 20 (size 2 at 10) is below the minimum 30" },
        { "market 100", nameof(OrderReason.InvalidPrice), "has no limit price; this one has 100" },
        { "market size 0.2", nameof(OrderReason.BelowMinimumNotional), "(size 0.2 at 101) is below the minimum 30" },
        { "expire 2", nameof(OrderReason.ArrivedExpired), "arrived at 2, and expired at 2" },
        { "state halted", nameof(OrderReason.NotTrading), "its state is halted" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Order_that_the_market_does_not_allow_is_rejected_with_a_sentence(string fault, string reason, string text)
    {
        var order = new Order("a", OrderSide.Buy, OrderType.Limit, 2) { LimitPrice = 99 };
        var words = fault.Split(' ');
        decimal Number() => decimal.Parse(words[^1], System.Globalization.CultureInfo.InvariantCulture);
        order = words[0] switch
        {
            "size" => order with { Size = Number() },
            "limit" => order with { LimitPrice = words[1] == "none" ? null : Number() },
            "market" when words[1] == "size" => new("a", OrderSide.Buy, OrderType.Market, Number()),
            "market" => order with { Type = OrderType.Market, LimitPrice = Number() },
            "expire" => order with { ExpireMicros = (long)Number() },
            _ => order,
        };
        var rig = new ExecutionRig(ExecutionRig.Options(words[0] == "state" ? Rules with { State = words[1] } : Rules));
        rig.Start();
        AssertRejected(rig.Now(2, order), Enum.Parse<OrderReason>(reason), text);
    }

    [Fact]
    public void Valid_order_is_accepted()
    {
        var rig = new ExecutionRig(ExecutionRig.Options(Rules));
        rig.Start();
        Assert.Equal(OrderEventKind.Accepted, rig.Now(2, new("a", OrderSide.Buy, OrderType.Limit, 2.1m) { LimitPrice = 99.5m, ExpireMicros = 3 })[0].Kind);
        Assert.Equal(OrderEventKind.Accepted, rig.Now(2, new("b", OrderSide.Sell, OrderType.Market, 0.4m))[0].Kind);
    }

    [Fact]
    public void Unknown_book_rejects()
    {
        var rig = new ExecutionRig();
        AssertRejected(rig.Now(1, rig.Market(OrderSide.Buy, 1)), OrderReason.NoBook, "no snapshot of the book was recorded before");
        rig.Ask(2, 101, 5); // a change without a snapshot makes no book
        AssertRejected(rig.Now(2, rig.Market(OrderSide.Buy, 1)), OrderReason.NoBook, "no snapshot");
        rig.Start(3);
        rig.Defect(MarketStream.Book, DefectKind.Gap, 4, null);
        AssertRejected(rig.Now(5, rig.Market(OrderSide.Buy, 1)), OrderReason.NoBook, "Test data is missing.");
        rig.Start(6);
        rig.Defect(MarketStream.Book, DefectKind.Reset, 7, null);
        AssertRejected(rig.Now(8, rig.Limit(OrderSide.Buy, 90, 1)), OrderReason.NoBook, "missing");
        Assert.False(rig.Simulator.IsMatching);
        Assert.Null(rig.Simulator.BestBid);
    }

    [Fact]
    public void Crossed_book_rejects()
    {
        var rig = new ExecutionRig();
        rig.Start();
        rig.Bid(2, 101, 1);
        AssertRejected(rig.Now(3, rig.Market(OrderSide.Buy, 1)), OrderReason.NoBook, "crossed (best bid 101, best ask 101)");
    }

    [Fact]
    public void Order_that_needs_levels_beyond_the_horizon_is_rejected_and_takes_nothing()
    {
        var rig = new ExecutionRig();
        rig.Start(1, bidHorizon: 98, askHorizon: 102);
        AssertRejected(rig.Now(2, rig.Market(OrderSide.Buy, 11)), OrderReason.NoBook, "beyond 102");
        AssertRejected(rig.Now(2, rig.Limit(OrderSide.Buy, 103, 11)), OrderReason.NoBook, "beyond 102");
        AssertRejected(rig.Now(2, rig.Limit(OrderSide.Buy, 97, 1)), OrderReason.NoBook, "queue ahead of it is not known");
        AssertRejected(rig.Now(2, rig.Limit(OrderSide.Sell, 103, 1)), OrderReason.NoBook, "queue ahead of it is not known");
        Assert.Equal([5, 5], rig.Now(3, rig.Limit(OrderSide.Buy, 102, 11)).Where(static one => one.Fill is not null).Select(static one => one.Fill!.Size)); // up to it everything is known
        Assert.Equal(1, Assert.Single(rig.Simulator.OpenOrders).Remaining);
    }

    [Fact]
    public void Order_is_rejected_while_trades_are_missing()
    {
        var rig = new ExecutionRig();
        rig.Start();
        rig.Defect(MarketStream.Trades, DefectKind.Gap, 5, 10);
        AssertRejected(rig.Now(9, rig.Market(OrderSide.Buy, 1)), OrderReason.Suspended, "Trades are missing");
        Assert.Equal(OrderEventKind.Accepted, rig.Now(10, rig.Market(OrderSide.Buy, 1))[0].Kind);
        rig.Defect(MarketStream.Trades, DefectKind.Gap, 11, null);
        AssertRejected(rig.Now(99, rig.Market(OrderSide.Buy, 1)), OrderReason.Suspended, "Trades are missing");
        rig.Trade(100, OrderSide.Buy, 101, 1);
        Assert.Equal(OrderEventKind.Accepted, rig.Now(100, rig.Market(OrderSide.Buy, 1))[0].Kind);
    }

    private static void AssertRejected(IReadOnlyList<OrderEvent> events, OrderReason reason, string text)
    {
        var rejected = Assert.Single(events);
        Assert.Equal((OrderEventKind.Rejected, reason), (rejected.Kind, rejected.Reason));
        Assert.Contains(text, rejected.Text, StringComparison.Ordinal);
        Assert.EndsWith(".", rejected.Text, StringComparison.Ordinal);
    }
}
