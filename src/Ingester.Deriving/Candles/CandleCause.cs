namespace Ingester.Deriving.Candles;

/// <summary>Why the exchange's candle and the bar of the recorded trades differ, or cannot be compared.</summary>
internal enum CandleCause
{
    /// <summary>They are equal.</summary>
    None,

    /// <summary>The candle has fewer decimals than the exact totals.</summary>
    Rounding,

    /// <summary>The candle contains trades that were not matched in the order book, such as those of an insurance fund. The bar excludes them.</summary>
    OtherTrades,

    /// <summary>The candle has the first trades of its span, and not the last ones: it was fetched before the exchange had finished it.</summary>
    Unfinished,

    /// <summary>The exchange serves another candle now, which equals the bar.</summary>
    Revised,

    /// <summary>The bar is not proven: the exchange offers no proof, or replicas stored different trades.</summary>
    Unproven,

    /// <summary>Trades of the span are missing in the store, or may be: the bar has no values.</summary>
    MissingTrades,

    /// <summary>No bar is stored.</summary>
    NoBar,

    /// <summary>Nothing that is stored explains the difference.</summary>
    Unknown,
}
