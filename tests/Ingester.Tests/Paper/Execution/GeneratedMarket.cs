using Ingester.Paper.Execution;
using Ingester.Paper.Orders;

namespace Ingester.Tests.Paper.Execution;

/// <summary>Runs generated steps on a simulator, and keeps a book of its own to compare with.</summary>
internal sealed class GeneratedMarket
{
    private readonly Dictionary<(OrderSide Side, decimal Price), decimal> book = []; // the side of the resting orders
    private readonly List<string> ids = [];
    private long micros = 1;

    public GeneratedMarket(Step[] steps, bool hasDefects = true, bool hasHorizons = true)
    {
        Rig = new(ExecutionRig.Options(new() { Tick = 1, Lot = 1 }) with
        {
            EntryLatency = Latency.FromQuantiles([0, 3, 8]),
            CancelLatency = Latency.Constant(4),
            Seed = (ulong)steps.Length,
        });
        Snapshot(0, hasHorizons);
        foreach (var step in steps)
            Run(step, hasDefects, hasHorizons);
        Rig.Advance(micros + 100);
    }

    public ExecutionRig Rig { get; }

    /// <summary>What happened in each call: the input (null for none), the best bid and ask before it, and the events.</summary>
    public List<(MarketInput? Input, decimal? Bid, decimal? Ask, IReadOnlyList<OrderEvent> Events)> Calls { get; } = [];

    /// <summary>The sum of all different sizes that a level had.</summary>
    public Dictionary<(OrderSide Side, decimal Price), decimal> Offered { get; } = [];

    private decimal? Best(OrderSide side)
    {
        var prices = book.Keys.Where(key => key.Side == side).Select(static key => key.Price).ToList();
        return prices.Count == 0 ? null : side == OrderSide.Buy ? prices.Max() : prices.Min();
    }

    private void Run(Step step, bool hasDefects, bool hasHorizons)
    {
        micros += step.Wait;
        var side = step.Choice % 2 == 0 ? OrderSide.Buy : OrderSide.Sell;
        switch (step.Kind)
        {
            case < 30:
                Change(step, side);
                break;
            case < 50:
                Call(new MarketTrade(micros, step.Choice % 17 == 0 ? null : side, step.Price, step.Size));
                break;
            case < 75:
                Rig.Submit(micros, NewOrder(step, side));
                break;
            case < 82 when ids.Count > 0:
                Rig.Cancel(micros, ids[step.Choice % ids.Count]);
                break;
            case < 88:
                Call(null);
                break;
            case < 92:
                Snapshot(step.Choice, hasHorizons);
                break;
            case < 100 when hasDefects:
                var kind = (DefectKind)(step.Choice % 3);
                Call(new DataDefect((MarketStream)(step.Choice % 2), kind, Math.Max(1, micros - step.Choice % 7), step.Choice % 5 == 0 ? null : micros + step.Size, "Test data is missing."));
                break;
            default:
                break;
        }
    }

    private Order NewOrder(Step step, OrderSide side)
    {
        var order = step.Choice % 3 == 0 ? Rig.Market(side, step.Size) : Rig.Limit(side, step.Price, step.Size) with
        {
            TimeInForce = step.Choice % 5 == 0 ? TimeInForce.ImmediateOrCancel : TimeInForce.GoodTillCancelled,
            ExpireMicros = step.Choice % 7 == 0 ? micros + step.Choice % 40 : null,
        };
        ids.Add(order.Id);
        return order;
    }

    /// <summary>A level that keeps the book uncrossed: bids below 100, asks from 100 on.</summary>
    private void Change(Step step, OrderSide side)
    {
        var level = new PriceLevel(side == OrderSide.Buy ? Math.Min(step.Price, 99) : Math.Max(step.Price, 100), step.Choice % 4 == 0 ? 0 : step.Size);
        var update = side == OrderSide.Buy ? new BookUpdate(micros, [level], []) : new BookUpdate(micros, [], [level]);
        Call(update);
        Set(side, level);
    }

    private void Snapshot(int choice, bool hasHorizons)
    {
        var bids = Enumerable.Range(0, 4).Select(rank => new PriceLevel(99 - rank, 1 + (choice >> rank) % 5)).ToArray();
        var asks = Enumerable.Range(0, 4).Select(rank => new PriceLevel(100 + rank, 1 + (choice >> (rank + 1)) % 5)).ToArray();
        Call(new BookUpdate(micros, bids, asks) { IsSnapshot = true, IsProven = choice % 3 != 1, BidHorizon = hasHorizons && choice % 4 == 3 ? 96 : null, AskHorizon = hasHorizons && choice % 8 == 5 ? 103 : null });
        foreach (var key in book.Keys.Where(key => key.Side == OrderSide.Buy ? key.Price < 96 : key.Price > 103).ToList())
            book.Remove(key);
        foreach (var level in bids)
            Set(OrderSide.Buy, level);
        foreach (var level in asks)
            Set(OrderSide.Sell, level);
    }

    private void Set(OrderSide side, PriceLevel level)
    {
        if (book.GetValueOrDefault((side, level.Price)) != level.Size)
            Offered[(side, level.Price)] = Offered.GetValueOrDefault((side, level.Price)) + level.Size;
        if (level.Size == 0)
            book.Remove((side, level.Price));
        else
            book[(side, level.Price)] = level.Size;
    }

    private void Call(MarketInput? input)
    {
        var (bid, ask) = (Best(OrderSide.Buy), Best(OrderSide.Sell));
        Calls.Add((input, bid, ask, input is null ? Rig.Advance(micros) : Rig.Apply(input)));
    }
}
