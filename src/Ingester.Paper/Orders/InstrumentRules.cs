using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Ingester.Reading.Journals;

namespace Ingester.Paper.Orders;

/// <summary>What the market list of an exchange requires of an order. A value that the list does not state is null and is not checked.</summary>
internal sealed record InstrumentRules
{
    /// <summary>The largest size and price of an order: the product of two such numbers is a decimal.</summary>
    public const decimal MaxNumber = 100_000_000_000_000;

    /// <summary>The smallest step of a price, in quote units.</summary>
    public decimal? Tick { get; init; }

    /// <summary>The smallest step of a size, in the exchange's unit.</summary>
    public decimal? Lot { get; init; }

    /// <summary>The smallest size of an order, in the same unit.</summary>
    public decimal? MinSize { get; init; }

    /// <summary>The smallest notional of an order, in quote units.</summary>
    public decimal? MinNotional { get; init; }

    /// <summary>The size of one contract; 1 where sizes are in base units.</summary>
    public decimal ContractSize { get; init; } = 1;

    /// <summary>The state of the market: <c>trading</c>, <c>halted</c> or <c>delisted</c>. Only in the first one orders are accepted.</summary>
    public string State { get; init; } = "trading";

    /// <summary>Creates the rules of a market from its row of <c>instruments</c>.</summary>
    /// <param name="instrument">The row.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="refusal">Why the market cannot be simulated, as a sentence; empty if it can.</param>
    /// <returns>False for an inverse contract or an option, whose value is not price × size, and for a row with a number that is not one.</returns>
    public static bool TryCreate(InstrumentRecord instrument, [NotNullWhen(true)] out InstrumentRules? rules, out string refusal)
    {
        rules = null;
        var market = $"{instrument.Exchange} {instrument.Market}";
        if (instrument.Type is "option")
        {
            refusal = $"{market} is an option: its fills are not simulated.";
            return false;
        }

        if (instrument.Type is not (null or "spot") && instrument.Settle is { } settle && settle == instrument.Base)
        {
            refusal = $"{market} is an inverse contract (it settles in {settle}): the value of a fill is not price × size, and its fills are not simulated.";
            return false;
        }

        foreach (var (name, text) in (ReadOnlySpan<(string, string?)>)[("tick", instrument.Tick), ("lot", instrument.Lot), ("minSize", instrument.MinSize), ("minNotional", instrument.MinNotional), ("contractSize", instrument.ContractSize)])
            if (text is not null && !(TryParse(text, out var number) && number >= 0))
            {
                refusal = $"The {name} of {market} is '{text}', which is not a number.";
                return false;
            }

        refusal = "";
        rules = new()
        {
            Tick = Step(instrument.Tick),
            Lot = Step(instrument.Lot),
            MinSize = Step(instrument.MinSize),
            MinNotional = Step(instrument.MinNotional),
            ContractSize = Step(instrument.ContractSize) ?? 1,
            State = instrument.State,
        };
        return true;
    }

    /// <summary>The value of a size at a price, in quote units.</summary>
    public decimal Notional(decimal price, decimal size) => price * size * ContractSize;

    /// <summary>Checks an order; null if it is valid.</summary>
    /// <param name="order">The order.</param>
    /// <param name="touch">The best opposite price, which determines the notional of a market order. Null if there is none: the notional is then not checked.</param>
    public OrderRejection? Check(Order order, decimal? touch)
    {
        if (State != "trading")
            return new(OrderReason.NotTrading, $"The market does not trade: its state is {State}.");
        if (order.Size <= 0)
            return new(OrderReason.InvalidSize, $"The size {order.Size} is not positive.");
        if (order.Size > MaxNumber)
            return new(OrderReason.InvalidSize, $"The size {order.Size} is above {MaxNumber}.");
        if (Lot is { } lot && order.Size % lot != 0)
            return new(OrderReason.OffLot, $"The size {order.Size} is not a multiple of the lot {lot}.");
        if (MinSize is { } minimum && order.Size < minimum)
            return new(OrderReason.BelowMinimumSize, $"The size {order.Size} is below the minimum {minimum}.");
        return CheckPrice(order) ?? CheckNotional(order, touch);
    }

    private OrderRejection? CheckPrice(Order order) => order switch
    {
        { Type: OrderType.Market, LimitPrice: { } price } => new(OrderReason.InvalidPrice, $"A market order has no limit price; this one has {price}."),
        { Type: OrderType.Limit, LimitPrice: null } => new(OrderReason.InvalidPrice, "A limit order needs a limit price."),
        { LimitPrice: <= 0 and var price } => new(OrderReason.InvalidPrice, $"The limit price {price} is not positive."),
        { LimitPrice: > MaxNumber and var price } => new(OrderReason.InvalidPrice, $"The limit price {price} is above {MaxNumber}."),
        { LimitPrice: { } price } when Tick is { } tick && price % tick != 0 => new(OrderReason.OffTick, $"The price {price} is not a multiple of the tick {tick}."),
        _ => null,
    };

    private OrderRejection? CheckNotional(Order order, decimal? touch) =>
        MinNotional is { } minimum && (order.LimitPrice ?? touch) is { } price && Notional(price, order.Size) is var notional && notional < minimum
            ? new(OrderReason.BelowMinimumNotional, $"The notional {notional} (size {order.Size} at {price}) is below the minimum {minimum}.")
            : null;

    /// <summary>Some lists state zero for no limit.</summary>
    private static decimal? Step(string? text) => text is not null && TryParse(text, out var number) && number > 0 ? number : null;

    private static bool TryParse(string text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
}
