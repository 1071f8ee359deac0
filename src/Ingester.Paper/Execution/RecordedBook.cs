using Ingester.Paper.Orders;

namespace Ingester.Paper.Execution;

/// <summary>The recorded book of a market as the simulator knows it.</summary>
internal sealed class RecordedBook
{
    private string unknown = "no snapshot of the book was recorded before";

    /// <summary>True from a snapshot on, until events are missing.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The bids.</summary>
    public RecordedSide Bids { get; } = new(isBids: true);

    /// <summary>The asks.</summary>
    public RecordedSide Asks { get; } = new(isBids: false);

    /// <summary>Why orders cannot be matched with the book, as a part of a sentence; null if they can.</summary>
    public string? Obstacle =>
        !IsKnown ? unknown
        : Bids.Best is { } bid && Asks.Best is { } ask && bid.Price >= ask.Price ? $"it is crossed (best bid {bid.Price}, best ask {ask.Price})"
        : null;

    /// <summary>The side that an order takes from.</summary>
    public RecordedSide Opposite(OrderSide side) => side == OrderSide.Buy ? Asks : Bids;

    /// <summary>The side that an order rests in.</summary>
    public RecordedSide Own(OrderSide side) => side == OrderSide.Buy ? Bids : Asks;

    /// <summary>Applies an update. A change is ignored while the book is not known.</summary>
    public void Apply(BookUpdate update)
    {
        if (update.IsSnapshot)
        {
            IsKnown = true;
            Bids.Replace(update.Bids);
            Asks.Replace(update.Asks);
        }
        else if (IsKnown)
        {
            foreach (var level in update.Bids)
                Bids.Set(level);
            foreach (var level in update.Asks)
                Asks.Set(level);
        }

        (Bids.Horizon, Asks.Horizon) = (update.BidHorizon, update.AskHorizon);
    }

    /// <summary>Forgets the book.</summary>
    /// <param name="reason">The reason, as a part of a sentence.</param>
    public void Lose(string reason)
    {
        (IsKnown, unknown) = (false, reason);
        Bids.Replace([]);
        Asks.Replace([]);
    }
}
