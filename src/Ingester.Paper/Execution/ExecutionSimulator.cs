using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>
/// Executes simulated orders of one market against its recorded book and trades; the rules are in <c>docs/paper-execution.md</c>. It is pure: no clock, no store,
/// no random source. The same calls in the same order return the same events. Time is exchange time and never goes back: an input with an earlier time counts at
/// <see cref="Micros"/>. Not thread-safe.
/// </summary>
/// <remarks>
/// Inputs are passed in the order of their times. A book update or a trade of time t first lets arrive what is due before t; <see cref="AdvanceTo"/> lets arrive
/// what is due up to and including its time. An order that arrives at t therefore meets the book after all inputs of t.
/// </remarks>
internal sealed class ExecutionSimulator(ExecutionOptions options)
{
    private readonly RecordedBook book = new();
    private readonly DataState data = new();
    private readonly RestingOrders orders = new();
    private readonly PendingActions actions = new();
    private readonly HashSet<string> submitted = new(StringComparer.Ordinal);
    private List<OrderEvent> events = [];
    private ulong draws;

    /// <summary>Exchange time up to which inputs were passed, microseconds UTC; 0 at the start.</summary>
    public long Micros { get; private set; }

    /// <summary>Number of orders and cancel requests that have not arrived yet.</summary>
    public int Pending { get; private set; }

    /// <summary>True while orders can be matched: the book is known and not crossed, and no trades are missing.</summary>
    public bool IsMatching => book.Obstacle is null && !data.IsSuspended(Micros);

    /// <summary>What is known about the data now; <see cref="Evidence.Uncertain"/> while orders cannot be matched.</summary>
    public Evidence Evidence => IsMatching ? data.EvidenceAt(Micros) : Evidence.Uncertain;

    /// <summary>The best recorded bid; null if there is none or the book is not known.</summary>
    public PriceLevel? BestBid => book.Bids.Best is { } best ? new(best.Price, best.Size) : null;

    /// <summary>The best recorded ask; null if there is none or the book is not known.</summary>
    public PriceLevel? BestAsk => book.Asks.Best is { } best ? new(best.Price, best.Size) : null;

    /// <summary>The orders that rest, in the order of their acceptance. Orders on their way are not included.</summary>
    public IReadOnlyList<OpenOrder> OpenOrders =>
        [.. orders.Open.Select(static one => new OpenOrder(one.Order, one.AcceptedMicros, one.Remaining, one.QueueAhead, one.Evidence))];

    /// <summary>Passes recorded data. Returns what happened to orders, in order.</summary>
    public IReadOnlyList<OrderEvent> Apply(MarketInput input)
    {
        switch (input)
        {
            case BookUpdate update:
                MoveTo(update.Micros, before: true);
                Apply(update);
                break;
            case MarketTrade trade:
                MoveTo(trade.Micros, before: true);
                Apply(trade);
                break;
            case DataDefect defect:
                MoveTo(defect.Micros, before: false); // what arrived at the time of the last event before the defect met known data
                Apply(defect);
                break;
            default:
                throw new ArgumentException($"{input.GetType().Name} is not an input of the simulator.", nameof(input));
        }

        return TakeEvents();
    }

    /// <summary>Submits an order: it arrives after the entry latency. Its events are returned by the call in which they happen.</summary>
    /// <param name="order">The order.</param>
    /// <param name="micros">Time of the submission, microseconds UTC. A time before <see cref="Micros"/> counts as that.</param>
    /// <exception cref="ArgumentException">An order with this id was submitted before.</exception>
    public void Submit(Order order, long micros)
    {
        if (!submitted.Add(order.Id))
            throw new ArgumentException($"An order '{order.Id}' was submitted before: each order has an id of its own.", nameof(order));
        ScheduleArrival(micros, options.EntryLatency, () => Arrive(order));
    }

    /// <summary>Requests to cancel an order: the request arrives after the cancel latency.</summary>
    /// <param name="orderId">The order.</param>
    /// <param name="micros">Time of the request, microseconds UTC. A time before <see cref="Micros"/> counts as that.</param>
    public void Cancel(string orderId, long micros) => ScheduleArrival(micros, options.CancelLatency, () => Cancel(orderId));

    /// <summary>Lets arrive and expire what is due up to and including a time. Returns what happened to orders, in order.</summary>
    /// <param name="micros">The time, microseconds UTC. A time before <see cref="Micros"/> counts as that.</param>
    public IReadOnlyList<OrderEvent> AdvanceTo(long micros)
    {
        MoveTo(Math.Max(Micros, micros), before: false);
        return TakeEvents();
    }

    private void ScheduleArrival(long micros, Latency latency, Action arrive)
    {
        Pending++;
        actions.Schedule(checked(Math.Max(Micros, micros) + latency.Draw(options.Seed, draws++)), due =>
        {
            Micros = due;
            Pending--;
            arrive();
        });
    }

    private void MoveTo(long micros, bool before)
    {
        actions.RunUntil(before ? micros - 1 : micros);
        Micros = Math.Max(Micros, micros);
    }

    private void Apply(BookUpdate update)
    {
        book.Apply(update);
        if (update.IsSnapshot)
            data.Restart(update.IsProven);
        if (!book.IsKnown)
            return;
        foreach (var one in orders.Open)
            if (one.Order.LimitPrice is { } price && book.Own(one.Order.Side) is var side && side.IsKnown(price) && side.SizeAt(price) == 0)
                one.QueueAhead = 0; // the level was deleted
    }

    private void Apply(MarketTrade trade)
    {
        data.NoteTrade();
        if (trade.Aggressor is null || !book.IsKnown || data.IsSuspended(Micros))
            return;
        var volume = Math.Max(0, trade.Size);
        foreach (var one in orders.Matching(trade))
        {
            var passed = one.Order.LimitPrice == trade.Price ? Math.Min(one.QueueAhead, volume) : 0;
            one.QueueAhead = one.Order.LimitPrice == trade.Price ? one.QueueAhead - passed : 0; // a trade at a worse price: the level was traded through
            if (Math.Min(one.Remaining, volume - passed) is > 0 and var size)
            {
                Fill(one, one.Order.LimitPrice!.Value, size, Liquidity.Maker);
                volume -= size;
                if (one.Remaining == 0)
                    orders.End(one, Micros);
            }
        }
    }

    private void Apply(DataDefect defect)
    {
        if (defect is { Kind: DefectKind.Reset, Stream: MarketStream.Trades })
            return;
        if (defect.Kind == DefectKind.Unproven)
            data.Doubt(defect.Stream, defect.ToMicros);
        else if (defect.Stream == MarketStream.Trades)
            data.Suspend(defect.ToMicros, defect.Text);
        else
            book.Lose($"events of the book are missing ({defect.Text})");
        Flag(defect);
    }

    private void Flag(DataDefect defect)
    {
        var (worse, reason) = defect.Kind == DefectKind.Unproven ? (Evidence.Unproven, OrderReason.NotProven)
            : (Evidence.Uncertain, defect.Stream == MarketStream.Book ? OrderReason.BookGap : OrderReason.TradesGap);
        var until = defect.Stream == MarketStream.Trades || defect.Kind == DefectKind.Unproven ? defect.ToMicros : null;
        foreach (var one in orders.All)
            if (one.IsTouched(defect.FromMicros, until) && one.TryWorsen(worse, defect.FromMicros))
                Report(OrderEventKind.Flagged, one, reason, defect.Text, since: defect.FromMicros);
    }

    private void Arrive(Order order)
    {
        if (Check(order, out var walk) is { } rejection)
        {
            events.Add(new(OrderEventKind.Rejected, order.Id, Micros, order.Size, Evidence) { Reason = rejection.Reason, Text = rejection.Text });
            return;
        }

        var accepted = new WorkingOrder(order, Micros, Evidence);
        Report(OrderEventKind.Accepted, accepted);
        foreach (var (level, size) in walk.Parts)
        {
            level.Consumed += size;
            Fill(accepted, level.Price, size, Liquidity.Taker);
        }

        if (accepted.Remaining == 0)
            orders.End(accepted, Micros);
        else if (Rests(order))
            Rest(accepted);
        else
            End(accepted, OrderEventKind.Cancelled, OrderReason.NoLiquidity, "The recorded book has no more to fill the order.");
    }

    private OrderRejection? Check(Order order, out BookWalk walk)
    {
        var opposite = book.Opposite(order.Side);
        walk = null!;
        if (options.Rules.Check(order, opposite.Best?.Price) is { } violated)
            return violated;
        if (order.ExpireMicros is { } expiry && expiry <= Micros)
            return new(OrderReason.ArrivedExpired, $"The order arrived at {Micros}, and expired at {expiry} (microseconds UTC).");
        if (book.Obstacle is { } obstacle)
            return new(OrderReason.NoBook, $"The recorded book cannot be used: {obstacle}.");
        if (data.IsSuspended(Micros))
            return new(OrderReason.Suspended, $"Trades are missing at this time: {data.SuspensionText}");
        walk = BookWalk.Plan(opposite, order);
        if (walk.EndsBeyondHorizon)
            return new(OrderReason.NoBook, $"The order needs levels beyond {opposite.Horizon}, up to which the book is known.");
        return walk.Rest > 0 && Rests(order) && book.Own(order.Side) is var own && !own.IsKnown(order.LimitPrice!.Value)
            ? new(OrderReason.NoBook, $"The order would rest at {order.LimitPrice}, beyond {own.Horizon}, up to which the book is known: the queue ahead of it is not known.")
            : null;
    }

    private void Rest(WorkingOrder one)
    {
        one.QueueAhead = book.Own(one.Order.Side).SizeAt(one.Order.LimitPrice!.Value);
        orders.Add(one);
        if (one.Order.ExpireMicros is { } expiry)
            actions.Schedule(expiry, due =>
            {
                Micros = Math.Max(Micros, due);
                if (one.EndedMicros is null)
                    End(one, OrderEventKind.Expired, OrderReason.None, "");
            });
    }

    private void Cancel(string orderId)
    {
        if (orders.Find(orderId) is { } found)
            End(found, OrderEventKind.Cancelled, OrderReason.Requested, "");
        else
            events.Add(new(OrderEventKind.CancelRejected, orderId, Micros, 0, Evidence)
            {
                Reason = OrderReason.NotOpen,
                Text = $"No order '{orderId}' is open: it has not arrived, or it has ended.",
            });
    }

    private static bool Rests(Order order) => order is { Type: OrderType.Limit, TimeInForce: TimeInForce.GoodTillCancelled };

    private void End(WorkingOrder one, OrderEventKind kind, OrderReason reason, string text)
    {
        orders.End(one, Micros);
        Report(kind, one, reason, text);
    }

    private void Fill(WorkingOrder one, decimal price, decimal size, Liquidity liquidity)
    {
        one.Remaining -= size;
        var notional = options.Rules.Notional(price, size);
        Report(OrderEventKind.Filled, one, fill: new(price, size, notional, options.Fees.Compute(notional, liquidity), liquidity));
    }

    private void Report(OrderEventKind kind, WorkingOrder one, OrderReason reason = OrderReason.None, string text = "", Fill? fill = null, long? since = null) =>
        events.Add(new(kind, one.Order.Id, Micros, one.Remaining, one.Evidence) { Fill = fill, Reason = reason, Text = text, SinceMicros = since });

    private List<OrderEvent> TakeEvents()
    {
        var taken = events;
        events = [];
        return taken;
    }
}
