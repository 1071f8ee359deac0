using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Markets.Figures;

/// <summary>A bar with the digits of the exchange. Prices and totals are null where they are not known.</summary>
public sealed record BarView
{
    /// <summary>Start, microseconds UTC.</summary>
    public required long StartMicros { get; init; }

    /// <summary>What is known about the span.</summary>
    public required DisplayState State { get; init; }

    /// <summary>The condition as derived rows name it, such as <c>unproven</c>; <c>not expected</c> where nothing was to be recorded.</summary>
    public required string Condition { get; init; }

    /// <summary>Why totals are not known, or not proven, as a sentence; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The first price.</summary>
    public string? Open { get; init; }

    /// <summary>The highest price.</summary>
    public string? High { get; init; }

    /// <summary>The lowest price.</summary>
    public string? Low { get; init; }

    /// <summary>The last price.</summary>
    public string? Close { get; init; }

    /// <summary>Sum of the sizes of all trades.</summary>
    public string? Volume { get; init; }

    /// <summary>Number of trades of buyers as aggressors.</summary>
    public long? BuyTrades { get; init; }

    /// <summary>Number of trades of sellers as aggressors.</summary>
    public long? SellTrades { get; init; }

    /// <summary>Sum of their sizes, of buyers.</summary>
    public string? BuyVolume { get; init; }

    /// <summary>Sum of their sizes, of sellers.</summary>
    public string? SellVolume { get; init; }

    /// <summary>Volume of buyers less volume of sellers.</summary>
    public string? VolumeDifference { get; init; }

    /// <summary>The derived object that contains the bar; null if it was computed from the stored trades.</summary>
    public string? DerivedKey { get; init; }
}
