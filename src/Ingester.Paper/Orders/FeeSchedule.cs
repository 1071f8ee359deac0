namespace Ingester.Paper.Orders;

/// <summary>The fees of a market, as shares of the notional of a fill: 0.001 is 0.1 %. Nothing is rounded.</summary>
internal sealed record FeeSchedule
{
    /// <summary>Creates a schedule.</summary>
    /// <param name="maker">Rate for fills of resting orders, between −1 and 1. Negative: a rebate.</param>
    /// <param name="taker">Rate for fills against the book, between −1 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not between −1 and 1.</exception>
    public FeeSchedule(decimal maker, decimal taker) => (Maker, Taker) = (Check(maker, nameof(maker)), Check(taker, nameof(taker)));

    /// <summary>Rate for fills of resting orders.</summary>
    public decimal Maker { get; }

    /// <summary>Rate for fills against the book.</summary>
    public decimal Taker { get; }

    /// <summary>The fee of a notional, in quote units.</summary>
    public decimal Compute(decimal notional, Liquidity liquidity) => notional * (liquidity == Liquidity.Maker ? Maker : Taker);

    private static decimal Check(decimal rate, string name) =>
        rate is >= -1 and <= 1 ? rate : throw new ArgumentOutOfRangeException(name, rate, "A fee is a share of the notional, between -1 and 1: 0.001 is 0.1 %.");
}
