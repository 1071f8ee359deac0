using System.Globalization;
using Ingester.Core.Time;
using Ingester.Paper.Journal;
using Ingester.Paper.Orders;

namespace Ingester.Paper.Engine;

/// <summary>Cash and positions of a run, changed by what happens to orders. Not thread-safe.</summary>
/// <param name="markets">The markets.</param>
/// <param name="cash">The cash at the start, in quote units.</param>
/// <param name="journal">The journal.</param>
/// <param name="events">Receives alerts.</param>
internal sealed class Portfolio(IReadOnlyList<TradedMarket> markets, decimal cash, JournalWriter journal, RunEvents events)
{
    private const long MicrosPerDay = 24 * 60 * Window.MicrosPerMinute;

    private decimal dayStart = cash;
    private long day = long.MinValue;

    /// <summary>The cash, in quote units.</summary>
    public decimal Cash { get; private set; } = cash;

    /// <summary>Cash and positions at the last prices, in quote units.</summary>
    public decimal Value => Cash + markets.Sum(static market => market.Position.Value);

    /// <summary>The loss since midnight UTC; negative for a profit.</summary>
    public decimal DayLoss => dayStart - Value;

    /// <summary>The cash that open orders to buy do not reserve.</summary>
    public decimal FreeCash => Cash - markets.Sum(static market => Reserved(market, OrderSide.Buy) * (1 + Math.Max(0, Math.Max(market.Fees.Maker, market.Fees.Taker))));

    /// <summary>Begins a new day at midnight UTC.</summary>
    public void StartDay(long micros)
    {
        if (micros / MicrosPerDay == day)
            return;
        (day, dayStart) = (micros / MicrosPerDay, Value);
    }

    /// <summary>The value that open orders of one side reserve, in quote units.</summary>
    public static decimal Reserved(TradedMarket market, OrderSide side) =>
        market.Orders.Values.Where(open => open.Order.Side == side).Sum(open => market.Rules.Notional(open.Price, open.Remaining));

    /// <summary>The size that can be sold: what is held and not offered yet.</summary>
    public static decimal Sellable(TradedMarket market) =>
        market.Position.Size - market.Orders.Values.Where(static open => open.Order.Side == OrderSide.Sell).Sum(static open => open.Remaining);

    /// <summary>Applies what happened to orders of a market.</summary>
    /// <param name="now">When it is known, microseconds UTC.</param>
    /// <param name="market">The market.</param>
    /// <param name="happened">The events.</param>
    /// <param name="cancellation">Cancels writes of the journal.</param>
    public async ValueTask ApplyAsync(long now, TradedMarket market, IReadOnlyList<OrderEvent> happened, CancellationToken cancellation)
    {
        foreach (var one in happened)
        {
            var side = market.Sides[one.OrderId];
            var costBefore = market.Position.Cost;
            if (one.Fill is { } fill)
            {
                Cash += market.Position.Apply(side, fill);
                events.Metrics.Filled(JournalLines.Name(one.Evidence));
                if (side == OrderSide.Sell)
                    events.Metrics.Sold((fill.Price - costBefore) * fill.Size * market.Rules.ContractSize > fill.Fee);
            }

            if (market.Orders.TryGetValue(one.OrderId, out var open))
            {
                if (one.Remaining == 0 || one.Kind is OrderEventKind.Rejected or OrderEventKind.Cancelled or OrderEventKind.Expired)
                    market.Orders.Remove(one.OrderId);
                else
                    market.Orders[one.OrderId] = open with { Remaining = one.Remaining };
            }

            await journal.AppendAsync(now, "order-event", json => JournalLines.Write(json, market.Name, side, one), cancellation);
            await RaiseAsync(now, market, side, one, cancellation);
        }
    }

    private async ValueTask RaiseAsync(long now, TradedMarket market, OrderSide side, OrderEvent one, CancellationToken cancellation)
    {
        (string Kind, string Text)? alert = one switch
        {
            { Kind: OrderEventKind.Filled, Fill: { } fill } => ("fill", string.Create(CultureInfo.InvariantCulture,
                $"{market.Name}: {(side == OrderSide.Buy ? "bought" : "sold")} {fill.Size} at {fill.Price} ({JournalLines.Name(one.Evidence)}).")),
            { Kind: OrderEventKind.Rejected } => ("rejected", $"{market.Name}: the order {one.OrderId} was rejected. {one.Text}"),
            { Kind: OrderEventKind.Flagged } => ("uncertain", $"{market.Name}: a gap touches the order {one.OrderId}. {one.Text}"),
            _ => null,
        };
        if (alert is not { } raised)
            return;
        events.Raise(now, raised.Kind, raised.Text);
        await journal.AppendAsync(now, "alert", json =>
        {
            json.WriteString("alert", raised.Kind);
            json.WriteString("text", raised.Text);
        }, cancellation);
    }
}
