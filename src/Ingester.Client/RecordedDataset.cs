namespace Ingester.Client;

/// <summary>A kind of recorded stream.</summary>
public enum RecordedDataset
{
    /// <summary>Single public trades.</summary>
    Trades,

    /// <summary>Trades that the exchange aggregates by taker order and price (the Binance family).</summary>
    AggregateTrades,

    /// <summary>Diffs of the order book.</summary>
    Depth,
}
