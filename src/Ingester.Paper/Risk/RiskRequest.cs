namespace Ingester.Paper.Risk;

/// <summary>What the risk gate judges. Amounts are in quote units.</summary>
internal sealed record RiskRequest
{
    /// <summary>The moment, microseconds UTC.</summary>
    public required long Micros { get; init; }

    /// <summary>Buy or sell.</summary>
    public required TradeAction Action { get; init; }

    /// <summary>The value of the order; zero if there is nothing to sell.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The confidence of the prediction.</summary>
    public required decimal Confidence { get; init; }

    /// <summary>The value of the position in the market, with the orders that are open.</summary>
    public required decimal Position { get; init; }

    /// <summary>The cash that is not reserved by open orders.</summary>
    public required decimal Cash { get; init; }

    /// <summary>The loss since midnight UTC; negative or zero for a profit.</summary>
    public required decimal DayLoss { get; init; }

    /// <summary>Time of the last order in the market, microseconds UTC; null if there was none.</summary>
    public required long? LastOrderMicros { get; init; }

    /// <summary>Time of the last event of the book, microseconds UTC; null if there was none.</summary>
    public required long? LastBookMicros { get; init; }

    /// <summary>Time of the last event of the trades, microseconds UTC; null if there was none.</summary>
    public required long? LastTradeMicros { get; init; }

    /// <summary>True while the book follows its snapshot without a gap.</summary>
    public required bool IsBookProven { get; init; }

    /// <summary>True while the book is not known or trades are missing.</summary>
    public required bool HasOpenGap { get; init; }

    /// <summary>The spread in basis points; null while the book is not known.</summary>
    public required decimal? SpreadBps { get; init; }

    /// <summary>True while the kill file exists.</summary>
    public required bool IsKilled { get; init; }
}
