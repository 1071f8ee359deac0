using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>The open orders of a market, and those that ended in the last hour: a defect that becomes known late still flags them.</summary>
internal sealed class RestingOrders
{
    /// <summary>How long ended orders are kept, in microseconds.</summary>
    public const long KeptMicros = 3_600_000_000;

    private readonly List<WorkingOrder> open = []; // in the order of their acceptance
    private readonly Queue<WorkingOrder> ended = new(); // in the order of their ends

    /// <summary>The open orders, in the order of their acceptance.</summary>
    public IReadOnlyList<WorkingOrder> Open => open;

    /// <summary>The ended orders that are kept, then the open ones, each in their order.</summary>
    public IEnumerable<WorkingOrder> All => ended.Concat(open);

    /// <summary>Finds an open order.</summary>
    public WorkingOrder? Find(string id) => open.Find(one => one.Order.Id == id);

    /// <summary>Adds an order that rests.</summary>
    public void Add(WorkingOrder order) => open.Add(order);

    /// <summary>Ends an order, whether it rested or not.</summary>
    public void End(WorkingOrder order, long micros)
    {
        order.EndedMicros = micros;
        open.Remove(order);
        ended.Enqueue(order);
        while (ended.TryPeek(out var oldest) && oldest.EndedMicros < micros - KeptMicros)
            ended.Dequeue();
    }

    /// <summary>The orders that a trade can fill, in their priority: better limit prices first, and among equal ones the order of their acceptance.</summary>
    public List<WorkingOrder> Matching(MarketTrade trade) => trade.Aggressor == OrderSide.Sell
        ? [.. open.Where(one => one.Order.Side == OrderSide.Buy && one.Order.LimitPrice >= trade.Price).OrderByDescending(static one => one.Order.LimitPrice)]
        : [.. open.Where(one => one.Order.Side == OrderSide.Sell && one.Order.LimitPrice <= trade.Price).OrderBy(static one => one.Order.LimitPrice)];
}
