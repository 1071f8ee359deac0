namespace Ingester.Core.Markets;

/// <summary>State of a market according to the exchange's market list.</summary>
internal enum MarketState : byte
{
    /// <summary>Ordinary trading.</summary>
    Trading,

    /// <summary>Any other state that is not terminal: trading is paused, restricted, or has not begun. Its book may still change.</summary>
    Halted,

    /// <summary>Delisted: a terminal status, or the market is no longer in the list.</summary>
    Delisted,
}
