namespace Ingester.Paper.Execution;

/// <summary>A change of the recorded book, or with <see cref="IsSnapshot"/> the whole book.</summary>
/// <param name="Micros">Exchange time, microseconds UTC.</param>
/// <param name="Bids">The changed bids, or all bids, in any order.</param>
/// <param name="Asks">The changed asks, or all asks, in any order.</param>
internal sealed record BookUpdate(long Micros, IReadOnlyList<PriceLevel> Bids, IReadOnlyList<PriceLevel> Asks) : MarketInput(Micros)
{
    /// <summary>True if the levels replace the book. The book is known from then on.</summary>
    public bool IsSnapshot { get; init; }

    /// <summary>For a snapshot: true if the book is proven from it on. Not used for a change.</summary>
    public bool IsProven { get; init; }

    /// <summary>The worst bid down to which every level is known after the update. Null: all bids are known.</summary>
    public decimal? BidHorizon { get; init; }

    /// <summary>The worst ask up to which every level is known after the update. Null: all asks are known.</summary>
    public decimal? AskHorizon { get; init; }
}
