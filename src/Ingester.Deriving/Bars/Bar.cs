using System.Numerics;
using Ingester.Core.Books;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Bars;

/// <summary>The trades of one market in one span of time, half open. Values are stored only if <see cref="IsKnown"/>.</summary>
internal sealed record Bar
{
    /// <summary>The market.</summary>
    public required string Market { get; init; }

    /// <summary>Start of the span, microseconds UTC.</summary>
    public required long StartMicros { get; init; }

    /// <summary>Length of the span in minutes.</summary>
    public required int Minutes { get; init; }

    /// <summary>The dataset that the bar was made from: <c>trades</c> or <c>agg-trades</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What is known about the span.</summary>
    public required DataCondition Condition { get; init; }

    /// <summary>Why totals are not known, or not proven; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The weakest grade of the proofs of the span; null when none is stated.</summary>
    public string? Grade { get; init; }

    /// <summary>Number of messages that are known to be missing. A gap belongs to the first event after it.</summary>
    public long Missing { get; init; }

    /// <summary>The first price in order of sequence; null when there is no trade.</summary>
    public ExactDecimal? Open { get; init; }

    /// <summary>The highest price.</summary>
    public ExactDecimal? High { get; init; }

    /// <summary>The lowest price.</summary>
    public ExactDecimal? Low { get; init; }

    /// <summary>The last price in order of sequence.</summary>
    public ExactDecimal? Close { get; init; }

    /// <summary>The trades of buyers as aggressors.</summary>
    public TradeTotals Buys { get; init; }

    /// <summary>The trades of sellers as aggressors.</summary>
    public TradeTotals Sells { get; init; }

    /// <summary>Number of trades that were not matched in the order book, such as those of an insurance fund. No total contains them.</summary>
    public long Excluded { get; init; }

    /// <summary>The id of the first stored trade in order of sequence; null when there is none, and empty when the exchange has no ids.</summary>
    public string? FirstId { get; init; }

    /// <summary>The id of the last stored trade.</summary>
    public string? LastId { get; init; }

    /// <summary>End of the span, microseconds UTC, exclusive.</summary>
    public long EndMicros => StartMicros + Minutes * Core.Time.Window.MicrosPerMinute;

    /// <summary>True when prices and totals are known.</summary>
    public bool IsKnown => Condition.HasTotals();

    /// <summary>Sum of the sizes of all trades.</summary>
    public BigInteger Volume => Buys.Volume + Sells.Volume;

    /// <summary>Sum of price times size of all trades.</summary>
    public BigInteger QuoteVolume => Buys.QuoteVolume + Sells.QuoteVolume;

    /// <summary>Number of trades.</summary>
    public long Trades => Buys.Count + Sells.Count;
}
