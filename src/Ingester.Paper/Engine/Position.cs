using Ingester.Paper.Orders;

namespace Ingester.Paper.Engine;

/// <summary>What is held of one market. Only what was bought can be sold. Not thread-safe.</summary>
/// <param name="contractSize">The size of one contract; 1 where sizes are in base units.</param>
internal sealed class Position(decimal contractSize)
{
    /// <summary>The held size, in the exchange's unit.</summary>
    public decimal Size { get; private set; }

    /// <summary>The mean price of what is held, in quote units; zero without a size.</summary>
    public decimal Cost { get; private set; }

    /// <summary>The result of what was sold, without fees, in quote units.</summary>
    public decimal Realized { get; private set; }

    /// <summary>The sum of all fees, in quote units.</summary>
    public decimal Fees { get; private set; }

    /// <summary>The last known price, in quote units; zero before the first.</summary>
    public decimal Mark { get; set; }

    /// <summary>The value at the last known price, in quote units.</summary>
    public decimal Value => Size * Mark * contractSize;

    /// <summary>The result at the last known price, after fees, in quote units.</summary>
    public decimal Result => Realized - Fees + (Size == 0 ? 0 : (Mark - Cost) * Size * contractSize);

    /// <summary>Applies a fill.</summary>
    /// <returns>The change of the cash, in quote units.</returns>
    /// <exception cref="InvalidOperationException">More is sold than is held.</exception>
    public decimal Apply(OrderSide side, Fill fill)
    {
        Fees += fill.Fee;
        if (side == OrderSide.Buy)
        {
            Cost = (Cost * Size + fill.Price * fill.Size) / (Size + fill.Size);
            Size += fill.Size;
            return -fill.Notional - fill.Fee;
        }

        if (fill.Size > Size)
            throw new InvalidOperationException($"{fill.Size} are sold, and {Size} are held.");
        Realized += (fill.Price - Cost) * fill.Size * contractSize;
        Size -= fill.Size;
        if (Size == 0)
            Cost = 0;
        return fill.Notional - fill.Fee;
    }
}
