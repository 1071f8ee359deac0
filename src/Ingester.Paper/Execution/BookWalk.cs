using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>What an order takes from the recorded book when it arrives.</summary>
/// <param name="Parts">The levels, best first, and the size that it takes from each.</param>
/// <param name="Rest">The size that remains.</param>
/// <param name="EndsBeyondHorizon">True if the known levels do not suffice, and further ones within the limit price may exist.</param>
internal sealed record BookWalk(IReadOnlyList<(RecordedLevel Level, decimal Size)> Parts, decimal Rest, bool EndsBeyondHorizon)
{
    /// <summary>Determines the levels that an order would take. Changes nothing.</summary>
    /// <param name="side">The opposite side of the book.</param>
    /// <param name="order">The order.</param>
    public static BookWalk Plan(RecordedSide side, Order order)
    {
        var (parts, rest) = (new List<(RecordedLevel, decimal)>(), order.Size);
        foreach (var level in side.Known)
        {
            if (rest == 0 || (order.LimitPrice is { } limit && side.IsWorse(level.Price, limit)))
                break;
            if (Math.Min(rest, level.Available) is > 0 and var taken)
            {
                parts.Add((level, taken));
                rest -= taken;
            }
        }

        return new(parts, rest, rest > 0 && !(order.LimitPrice is { } worst ? side.IsKnown(worst) : side.Horizon is null));
    }
}
